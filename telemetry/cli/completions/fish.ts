import type { Place, Word } from './places.ts'

/** The completion script for fish. */
export function formatFish(places: readonly Place[]): string {
  const paths = places.slice(1).map(({ path }) => quote(path))
  return `# Completions of orch for fish, from: orch completions fish
function __orch_at
    set -l place orch
    for word in (commandline -opc)[2..-1]
        if contains -- "$place $word" ${paths.join(' ')}
            set place "$place $word"
        end
    end
    test "$place" = "$argv[1]"
end
complete -c orch -f
${places.flatMap(formatPlace).join('\n')}
`
}

function formatPlace({ path, words, options, files, values }: Place): string[] {
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

function formatValue(choices: Place['values'][number]['choices']): string {
  if (choices === 'file') return ' -r -F'
  return choices === 'any' ? ' -x' : ` -x -a ${quote(choices.join(' '))}`
}

function describe(help: string): string {
  return help === '' ? '' : ` -d ${quote(help)}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
