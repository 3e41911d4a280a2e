import type { Context, Word } from './contexts.ts'

/** The completion script for zsh, to be found in `fpath` as `_orch`. */
export function formatZsh(contexts: readonly Context[]): string {
  return `#compdef orch
# Completions of orch for zsh, from: orch completions zsh
_orch() {
  local context=orch word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$context $word" in
      (${contexts
        .slice(1)
        .map(({ path }) => quote(path))
        .join('|')}) context="$context $word" ;;
    esac
  done
  case "$context \${words[CURRENT-1]}" in
${contexts.flatMap(formatValues).join('\n')}
  esac
  case "$context" in
${contexts.map(formatContext).join('\n')}
  esac
}
_orch "$@"
`
}

function formatValues({ path, values }: Context): string[] {
  return values.map(({ flag, choices }) => {
    const where = `    (${quote(`${path} ${flag}`)})`
    if (choices === 'file') return `${where} _files; return ;;`
    if (choices === 'any') return `${where} _message value; return ;;`
    return `${where} compadd -- ${choices.join(' ')}; return ;;`
  })
}

function formatContext({ path, words, options, files }: Context): string {
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
