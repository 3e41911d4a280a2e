/** A command that a document prints, and where. */
export interface DocumentCommand {
  /** `README.md:22` */
  place: string
  /** One command: what stands between `&&`, without prompt and comment. */
  text: string
}

/** Words that begin a command; a name alone, as in `npm`, is none. */
const PROGRAMS =
  /^(\S*\/)?(orch|npm|npx|node|git|kill|sudo|apt-get|docker|python|vllm|llama-server|ollama|lms|trtllm-serve)$/
/** Fences without commands. */
const OTHER_LANGUAGES = ['ini', 'nginx', 'sql', 'toml', 'ts', 'yaml']
/** Code of several words that is no command. */
const NO_COMMANDS = [/^[\w.]+ = \S+$/, /^[A-Z ]+\b.*/]

/**
 * The commands in a Markdown text: fences of `console`, blocks indented by four blanks, `ExecStart=` of units, code between backticks.
 *
 * @throws Error at a fence of an unknown language, and at code of several words that is neither a command nor known as something else
 */
export function extractCommands(path: string, text: string): DocumentCommand[] {
  const found: DocumentCommand[] = []
  const add = (line: number, command: string) => found.push(...split(`${path}:${line}`, command))
  const lines = joinContinued(text).split('\n')
  let fence: string | null = null
  let paragraph: string[] = []
  const endParagraph = (end: number) => {
    const start = end - paragraph.length
    for (const span of readSpans(paragraph)) if (isCommand(`${path}:${start + 1}`, span)) add(start + 1, span)
    paragraph = []
  }
  lines.forEach((line, at) => {
    const [, language] = /^\s*```(\w*)/.exec(line) ?? []
    if (language !== undefined) {
      endParagraph(at)
      fence = fence === null ? checkLanguage(`${path}:${at + 1}`, language) : null
    } else if (fence !== null) {
      const [, command] = (fence === 'console' ? /^\$ (.*)/ : /^ExecStart=(.*)/).exec(line) ?? []
      if (command !== undefined) add(at + 1, command)
    } else if (/^ {4}\S/.test(line)) {
      add(at + 1, line.trim())
    } else if (line.trim() === '') {
      endParagraph(at)
    } else {
      paragraph.push(line)
    }
  })
  endParagraph(lines.length)
  return found
}

/** A line that ends with a backslash goes on in the next; the empty lines keep the numbers. */
function joinContinued(text: string): string {
  return text.replace(/\\\n\s*(.*)/g, '$1\n')
}

function checkLanguage(place: string, language: string): string {
  if (language === 'console' || OTHER_LANGUAGES.includes(language)) return language
  const expected = ['console', ...OTHER_LANGUAGES].join(', ')
  throw new Error(`${place}: expected a fence of ${expected}, found "${language}"; teach it to extract_commands.ts`)
}

function readSpans(lines: readonly string[]): string[] {
  return [...lines.join(' ').matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replace(/\s+/g, ' '))
}

function isCommand(place: string, span: string): boolean {
  const [program, ...args] = span.split(' ').filter((word) => !/^[A-Z_]+=/.test(word))
  if (program === undefined || args.length === 0) return false
  if (PROGRAMS.test(program)) return true
  if (program.startsWith('-') || !/^[\w./-]+$/.test(program) || NO_COMMANDS.some((other) => other.test(span)))
    return false
  throw new Error(
    `${place}: \`${span}\` is neither a known command nor known to be none; teach it to extract_commands.ts`,
  )
}

function split(place: string, line: string): DocumentCommand[] {
  const [commands = ''] = line.split(/ +# /)
  return commands.split(' && ').map((text) => ({ place, text: text.trim() }))
}
