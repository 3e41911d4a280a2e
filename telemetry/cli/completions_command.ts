import { formatBash } from './completions/bash.ts'
import { listContexts } from './completions/contexts.ts'
import { formatFish } from './completions/fish.ts'
import { formatZsh } from './completions/zsh.ts'
import { type Command, EXIT_OK } from './io.ts'
import { parseOptions } from './usage.ts'
import { suggest, UsageError } from './usage_error.ts'

const SHELLS = { bash: formatBash, zsh: formatZsh, fish: formatFish } as const
const NAMES = Object.keys(SHELLS) as (keyof typeof SHELLS)[]

/**
 * `orch completions SHELL`: prints a script with which the shell completes commands, options and their values.
 *
 * @param commands the commands to complete, this one among them
 */
export function completionsCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completions',
    summary: 'print a completion script for bash, zsh or fish',
    usage: {
      lines: ['completions bash|zsh|fish'],
      text: 'orch completions prints a script that makes the shell complete commands, options and their values.',
      options: {},
      operands: NAMES,
      examples: [
        'orch completions bash > ~/.local/share/bash-completion/completions/orch',
        'orch completions zsh > ~/.zfunc/_orch      # with ~/.zfunc in fpath',
        'orch completions fish > ~/.config/fish/completions/orch.fish',
      ],
      exits: [[0, 'printed']],
    },
    run: (args, io) => {
      const [shell] = parseOptions('orch completions', args, {}, 1).positionals
      if (shell === undefined) throw new UsageError('orch completions: name a shell: bash, zsh or fish.')
      const known = NAMES.find((name) => name === shell)
      if (!known) throw new UsageError(`orch completions: unknown shell "${shell}". ${suggest(shell, NAMES)}`)
      io.writeOut(SHELLS[known](listContexts(commands())))
      return EXIT_OK
    },
  }
}
