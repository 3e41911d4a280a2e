/** A command of a document as a list of words, taken apart. */
export interface CommandLine {
  /** Variables set for the command. */
  env: Record<string, string>
  program: string
  args: string[]
}

/** What documents write in the place of a value. */
const PLACEHOLDERS: Record<string, string> = {
  '<account>/<YYYY-MM>': 'zoe/2026-10',
  '<account>': 'ada',
  '<your account>': 'ada',
  DIR: 'folder',
}

/** The commands that a line stands for: `status|on|off` is three of them. */
export function parseCommand(text: string): CommandLine[] {
  const filled = Object.entries(PLACEHOLDERS).reduce((line, [name, value]) => line.replaceAll(name, value), text)
  return expand(splitWords(filled)).map(takeApart)
}

/** The options among arguments: `--out`. */
export function optionsOf(args: readonly string[]): string[] {
  return args.filter((arg) => /^--?[a-z]/.test(arg))
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
}

function expand(words: readonly string[]): string[][] {
  const at = words.findIndex((word) => /^[\w-]+(\|[\w-]+)+$/.test(word))
  if (at < 0) return [[...words]]
  return words[at]!.split('|').flatMap((choice) => expand(words.with(at, choice)))
}

/** `sudo -u USER` and `env` before a command only say as whom and with which variables it runs. */
function takeApart(words: readonly string[]): CommandLine {
  const start = words[0] === 'sudo' ? 3 : 0
  const env: Record<string, string> = {}
  let at = start
  for (; /^[A-Z_]+=/.test(words[at] ?? '') || words[at] === 'env'; at++) {
    const [name, value] = words[at]!.split('=')
    if (value !== undefined) env[name!] = value
  }
  return { env, program: words[at]!.replace(/^.*\//, ''), args: words.slice(at + 1) }
}
