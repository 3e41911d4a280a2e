/**
 * Stops with a clear message where the running Node cannot run this project's TypeScript.
 * Plain JavaScript that an old Node can parse, because that is what it is for.
 */

const NEEDED_MAJOR = 24

/** The message for a Node version such as `v20.19.2`, or null where it is new enough. */
export function explainNodeVersion(version) {
  const major = Number(/^v?(\d+)/.exec(version)?.[1])
  if (major >= NEEDED_MAJOR) return null
  return [
    `Node ${version}: expected Node ${NEEDED_MAJOR} or newer.`,
    `This project brings its own Node ${NEEDED_MAJOR}, which every npm script uses: run "npm ci" (without --ignore-scripts),`,
    'then use the npm scripts ("npm start", "npm test", "npm run pipeline"), or put node_modules/.bin first on PATH.',
  ].join('\n')
}

const problem = explainNodeVersion(process.version)
if (problem) {
  console.error(problem)
  process.exit(1)
}
