import type { Place, Word } from './places.ts'

/** The completion script for zsh, to be found in `fpath` as `_orch`. */
export function formatZsh(places: readonly Place[]): string {
  return `#compdef orch
# Completions of orch for zsh, from: orch completions zsh
_orch() {
  local place=orch word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      (${places
        .slice(1)
        .map(({ path }) => quote(path))
        .join('|')}) place="$place $word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${places.flatMap(formatValues).join('\n')}
  esac
  case "$place" in
${places.map(formatPlace).join('\n')}
  esac
}
_orch "$@"
`
}

function formatValues({ path, values }: Place): string[] {
  return values.map(({ flag, choices }) => {
    const where = `    (${quote(`${path} ${flag}`)})`
    if (choices === 'file') return `${where} _files; return ;;`
    if (choices === 'any') return `${where} _message value; return ;;`
    return `${where} compadd -- ${choices.join(' ')}; return ;;`
  })
}

function formatPlace({ path, words, options, files }: Place): string {
  const steps = [
    words.length > 0 && `offered=(${words.map(describe).join(' ')}); _describe command offered`,
    files && '_files',
  ].filter((step) => step !== false)
  return `    (${quote(path)})
      if [[ $PREFIX == -* ]]; then offered=(${options.map(describe).join(' ')}); _describe -o option offered
      else ${steps.length > 0 ? steps.join('; ') : ':'}; fi ;;`
}

/** `word:what it means`, the form that _describe takes. */
function describe({ word, help }: Word): string {
  return quote(help === '' ? word : `${word}:${help.replaceAll(':', '\\:')}`)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
