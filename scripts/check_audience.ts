import './check_node.mjs'
import { readFileSync } from 'node:fs'

/**
 * Refuses a build that is not meant for publication: a private build has no privacy thresholds.
 *
 * @param path manifest.json of the build
 * @returns the problem, or null where the manifest says `"audience": "public"`
 */
export function checkAudience(path: string): string | null {
  const audience = readAudience(path)
  if (audience === 'public') return null
  return (
    `${path}: expected "audience": "public", found ${JSON.stringify(audience)}; this build must not be deployed. ` +
    'Build without --audience private'
  )
}

function readAudience(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).audience ?? null
  } catch (error) {
    return `unreadable: ${(error as Error).message}`
  }
}

if (import.meta.main) {
  const problems = process.argv.slice(2).map(checkAudience)
  if (problems.length === 0) problems.push('expected the path of a manifest.json, found none')
  for (const problem of problems) console.log(problem ?? 'audience: public')
  process.exitCode = problems.every((problem) => problem === null) ? 0 : 1
}
