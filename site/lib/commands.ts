/**
 * Every command that pages tell people to run; a test runs them. Nothing is released yet, so `orch` runs in a clone of the
 * repository, or is installed from what `npm pack` makes of one: no registry is asked for a package of its name.
 */
export const COMMANDS = {
  install: 'npm ci',
  pack: 'npm ci && npm pack',
  serve: 'orch serve --upstream http://127.0.0.1:8000',
  serveInClone: 'npm run orch -- serve --upstream http://127.0.0.1:8000',
  on: 'orch telemetry on',
  show: 'orch telemetry show',
  status: 'orch telemetry status',
  off: 'orch telemetry off',
  bench: 'npm run orch -- bench --url http://127.0.0.1:8000 --model Qwen/Qwen3-8B --out samples.jsonl',
  import: 'npm run orch -- import results.jsonl --out samples.jsonl',
  share: 'npm run orch -- share results.json',
  export: 'npm run orch -- telemetry export --out samples.jsonl',
  validateAny: 'npm run validate',
  validate: 'npm run validate -- samples.jsonl',
  withdraw: 'npm run withdraw -- <account>',
  attack: 'npm run attack',
  simulate: 'npm run simulate',
  buildPrivate: 'npm run pipeline -- --data my-data --audience private',
  servePrivate: 'npx astro build && npm run serve',
} as const

/** Measures a model that an engine serves, from a clone. */
export function benchCommand(model: string): string {
  return `npm run orch -- bench --url http://127.0.0.1:8000 --model ${model} --out samples.jsonl`
}

/** Measures it under load: at doubling numbers of users up to the one that is asked for. */
export function loadCommand(model: string, users: number): string {
  const levels: number[] = []
  for (let level = 1; level < users; level *= 2) levels.push(level)
  return `${benchCommand(model)} --concurrency ${[...levels, users].join()}`
}

/** Installs `orch` from the file that `npm pack` makes. */
export function installCommand(tarball: string): string {
  return `npm install --global ./${tarball}`
}

/** Checks a file at its place in the data folder. */
export function validateCommand(path: string): string {
  return `npm run validate -- ${path}`
}

/** Commands as lines, with what each does in a column of its own. */
export function formatCommands(entries: readonly (readonly [command: string, comment?: string])[]): string {
  const width = Math.max(...entries.map(([command, comment]) => (comment === undefined ? 0 : command.length)))
  return entries
    .map(([command, comment]) => (comment === undefined ? command : `${command.padEnd(width)}   # ${comment}`))
    .join('\n')
}
