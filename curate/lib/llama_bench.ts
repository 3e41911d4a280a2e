import { byColumn, type MarkdownTable, numberIn, readTables } from './markdown.ts'

/** A test of llama-bench: prompt processing (pp) or text generation (tg) of `tokens` tokens behind `depth` cached ones. */
export interface LlamaBenchTest {
  kind: 'pp' | 'tg'
  tokens: number
  depth: number
  tokens_per_second: number
}

/** Repetitions of a llama-bench test unless it is told another number. */
export const LLAMA_BENCH_RUNS = 5

/** Reads a row of a table that llama-bench printed; null if it is no pp or tg test with a rate. */
export function readLlamaBenchRow(table: MarkdownTable, cells: readonly string[]): LlamaBenchTest | null {
  const { test = '', 't/s': rate } = byColumn(table, cells)
  const match = /^(pp|tg)(\d+)(?:\s*@\s*d(\d+))?$/.exec(test)
  const tokens_per_second = numberIn(rate)
  if (match === null || tokens_per_second === null || tokens_per_second <= 0) return null
  return {
    kind: match[1] as 'pp' | 'tg',
    tokens: Number(match[2]),
    depth: Number(match[3] ?? 0),
    tokens_per_second,
  }
}

/** Whether a table is one of llama-bench. */
export function isLlamaBench({ columns }: MarkdownTable): boolean {
  return columns.includes('test') && columns.includes('t/s')
}

/**
 * The tokens and times of a test. A pp test gives the first token, at the rate that it processed the prompt; a tg test gives the
 * decode time, whose timer covers all of its tokens.
 */
export function llamaBenchFields({ kind, tokens, depth, tokens_per_second }: LlamaBenchTest) {
  const milliseconds = (tokens / tokens_per_second) * 1000
  return kind === 'pp'
    ? { tokens_in: tokens + depth, tokens_out: 1, first_token_ms: milliseconds, decode_time_ms: null }
    : { tokens_in: depth, tokens_out: tokens, first_token_ms: null, decode_time_ms: milliseconds }
}

/** A table that llama-bench printed, with the number of the build that it names below. */
export interface LlamaBenchTable {
  table: MarkdownTable
  /** `b7941`; unknown where no build is named. */
  engine_version: string
}

/** The tables of llama-bench in a Markdown text or a log, in its order. */
export function readLlamaBenchTables(text: string): LlamaBenchTable[] {
  return text.split(/^(?=#+ )/m).flatMap((section) => {
    const build = /^build: [0-9a-f]+ \((\d+)\)/m.exec(section)?.[1]
    const engine_version = build === undefined ? 'unknown' : `b${build}`
    return readTables(section)
      .filter(isLlamaBench)
      .map((table) => ({ table, engine_version }))
  })
}

/** Megabytes of weights from the column `size` (`11.27 GiB`); undefined where there is none. */
export function weightsIn({ columns }: MarkdownTable, cells: readonly string[]): number | undefined {
  const match = /^([\d.]+) (GiB|MiB)$/.exec(cells[columns.indexOf('size')] ?? '')
  return match === null ? undefined : Number(match[1]) * (match[2] === 'GiB' ? 1024 : 1)
}
