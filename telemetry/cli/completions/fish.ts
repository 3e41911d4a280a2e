import type { Context, Word } from './contexts.ts'

/** The completion script for fish. */
export function formatFish(contexts: readonly Context[]): string {
  const paths = contexts.slice(1).map(({ path }) => quote(path))
  return `# Completions of orch for fish, from: orch completions fish
function __orch_at
    set -l context orch
    for word in (commandline -opc)[2..-1]
        if contains -- "$context $word" ${paths.join(' ')}
            set context "$context $word"
        end
    end
    test "$context" = "$argv[1]"
end
complete -c orch -f
${contexts.flatMap(formatContext).join('\n')}
`
}

function formatContext({ path, words, options, files, values }: Context): string[] {
  const at = `complete -c orch -n ${quote(`__orch_at ${quote(path)}`)}`
  const flags = options.map(({ word, help }) => {
    const value = values.find(({ flag }) => flag === word)
    return `${at} -l ${word.slice(2)}${value ? formatValue(value.choices) : ''}${describe(help)}`
  })
  return [...words.map((word) => `${at} -a ${formatWord(word)}`), ...(files ? [`${at} -F`] : []), ...flags]
}

function formatWord({ word, help }: Word): string {
  return `${word}${describe(help)}`
}

function formatValue(choices: Context['values'][number]['choices']): string {
  if (choices === 'file') return ' -r -F'
  return choices === 'any' ? ' -x' : ` -x -a ${quote(choices.join(' '))}`
}

function describe(help: string): string {
  return help === '' ? '' : ` -d ${quote(help)}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
