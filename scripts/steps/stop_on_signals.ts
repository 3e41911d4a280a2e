import type { ProcessTree } from './process_tree.ts'

/** How a shell numbers an end by a signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const SIGNALS = Object.keys(EXIT_CODES) as StopSignal[]
type StopSignal = keyof typeof EXIT_CODES

/** How often to look whether npm still runs. */
const PARENT_LOOK_MS = 1000

const trees = new Set<ProcessTree>()
let stopping = false
let parentLooks: NodeJS.Timeout | undefined

/**
 * From now on Ctrl-C, a termination signal or a closed terminal end this tree, all others that run, and then this process;
 * a second one ends them without grace, and so does an exit of this process. The end of npm counts as a signal: it passes a
 * termination on to the shell that it runs scripts in, which ends without telling this process. Returns how to stop listening.
 */
export function stopOnSignals(tree: ProcessTree): () => void {
  if (trees.size === 0) {
    for (const name of SIGNALS) process.on(name, stop)
    process.on('exit', killAll)
    parentLooks = watchParent()
  }
  trees.add(tree)
  return () => {
    trees.delete(tree)
    if (trees.size > 0) return
    for (const name of SIGNALS) process.off(name, stop)
    process.off('exit', killAll)
    clearInterval(parentLooks)
  }
}

/** Resolves at once, or never if this process is about to end: nothing new is to be started then. */
export function unlessStopping(): Promise<void> {
  return stopping ? new Promise(() => {}) : Promise.resolve()
}

function watchParent(): NodeJS.Timeout | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const parent = process.ppid
  return setInterval(() => process.ppid !== parent && stop('SIGHUP'), PARENT_LOOK_MS).unref()
}

async function stop(name: StopSignal): Promise<void> {
  if (!stopping) {
    stopping = true
    await Promise.all([...trees].map((tree) => tree.end()))
  }
  process.exit(EXIT_CODES[name])
}

function killAll(): void {
  for (const tree of trees) tree.kill()
}
