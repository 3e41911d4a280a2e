import type { Context } from './contexts.ts'

/** The completion script for bash 4 or newer. No word of orch needs quoting in it: letters, digits, `-`, `_` and `.` only. */
export function formatBash(contexts: readonly Context[]): string {
  return `# Completions of orch for bash, from: orch completions bash
_orch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" context=orch word words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$context $word" in
      ${contexts
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join('|')}) context="$context $word" ;;
    esac
  done
  case "$context $previous" in
${contexts.flatMap(formatValues).join('\n')}
  esac
  case "$context" in
${contexts.map(formatContext).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _orch orch
`
}

/** Where a value is expected: its choices; nothing, which lets bash complete a file name; or nothing at all. */
function formatValues({ path, values }: Context): string[] {
  return values.map(({ flag, choices }) => {
    if (choices === 'file') return `    '${path} ${flag}') return ;;`
    if (choices === 'any') return `    '${path} ${flag}') compopt +o bashdefault +o default; return ;;`
    return `    '${path} ${flag}') mapfile -t COMPREPLY < <(compgen -W '${choices.join(' ')}' -- "$current"); return ;;`
  })
}

function formatContext({ path, words, options, files }: Context): string {
  const offered = words.map(({ word }) => word).join(' ')
  const flags = options.map(({ word }) => word).join(' ')
  const otherwise = files ? '' : ' compopt +o bashdefault +o default;'
  return `    '${path}')${otherwise} if [[ $current == -* ]]; then words='${flags}'; else words='${offered}'; fi ;;`
}
