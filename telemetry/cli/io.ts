/** What a command touches of its process; injected, so that a command can be run inside another program. */
export interface CommandIo {
  env: NodeJS.ProcessEnv
  writeOut: (text: string) => void
  writeError: (text: string) => void
  readFile: (path: string) => Uint8Array
}

/** A command of `orch`: takes the arguments after its name, returns the exit code. */
export interface Command {
  name: string
  summary: string
  run: (args: readonly string[], io: CommandIo) => number
}

export const EXIT_OK = 0
export const EXIT_FAILED = 1
export const EXIT_USAGE = 2
