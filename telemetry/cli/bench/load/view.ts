import { formatFigure } from '../../figures.ts'
import { formatTable, plural } from '../../format.ts'
import type { CommandIo } from '../../io.ts'
import { type Level, quantile } from './level.ts'
import type { LoadRequest, Slo } from './options.ts'
import { SLO_SHARE, type Verdict } from './stop_rules.ts'

const HEAD = ['streams', 'n', 'TTFT p50', 'p95 ms', 'tok/s each', 'tok/s all']

/** A row for each level, with a bar for its throughput, within so many characters a line. */
export function formatLevels(levels: readonly Level[], columns: number): string[] {
  const table = formatTable(HEAD, levels.map(toCells), [0, 1, 2, 3, 4, 5])
  const width = Math.max(...table.map((line) => line.length))
  const most = Math.max(...levels.map(({ output_tps }) => output_tps))
  const room = Math.max(0, Math.min(columns, MAX_COLUMNS) - width - 2)
  const bars = levels.map(({ output_tps }) => drawBar(most > 0 ? output_tps / most : 0, room))
  return table.map((line, at) => (at === 0 ? line : `${line.padEnd(width)}  ${bars[at - 1]}`.trimEnd()))
}

const MAX_COLUMNS = 100

function toCells({ concurrency, requests, ttft_ms, decode_tps, output_tps }: Level): string[] {
  const show = (value: number | null) => (value === null ? '–' : formatFigure(value))
  const figures = [quantile(ttft_ms, 0.5), quantile(ttft_ms, SLO_SHARE), quantile(decode_tps, 0.5), output_tps || null]
  return [String(concurrency), String(requests), ...figures.map(show)]
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A bar of so many characters at most, in eighths. */
function drawBar(share: number, room: number): string {
  const eighths = Math.round(share * room * 8)
  return `${'█'.repeat(eighths >> 3)}${EIGHTHS[eighths & 7]}`
}

/** In sentences: where throughput stops to rise, and the highest load that held. */
export function formatVerdict(
  levels: readonly Level[],
  { knee, held, broken }: Verdict,
  { slo, levels: asked }: LoadRequest,
) {
  const last = levels.at(-1)!
  const lines: string[] = []
  if (knee !== null)
    lines.push(
      `Throughput rises up to ${streams(knee)}: ${speed(knee)} together. ${streams(last, true)} gave ${speed(last)}.`,
    )
  else if (broken === null && levels.length > 1)
    lines.push(
      `Throughput still rose at ${streams(last)}, the last level${asked.length === levels.length ? '' : ' measured'}: ${speed(last)} together.`,
    )
  const terms = describeSlo(slo)
  if (broken !== null) lines.push(`${streams(last, true)} did not hold: ${broken}.`)
  if (held === null) lines.push(`No level held${terms}.`)
  else lines.push(`Highest load that held${terms}: ${streams(held)}, ${speed(held)} together.`)
  return lines
}

function streams({ concurrency }: Level, isStart = false): string {
  const text = plural(concurrency, 'stream')
  return isStart ? text.replace(/^./, (letter) => letter.toUpperCase()) : text
}

function speed({ output_tps }: Level): string {
  return `${formatFigure(output_tps)} tok/s`
}

function describeSlo({ max_ttft_ms, min_tps }: Slo): string {
  const terms = [
    max_ttft_ms !== undefined && `TTFT within ${formatFigure(max_ttft_ms)} ms`,
    min_tps !== undefined && `at least ${formatFigure(min_tps)} tok/s each`,
  ].filter((term) => term !== false)
  return terms.length === 0 ? '' : ` ${terms.join(' and ')} for 95 % of the requests`
}

/** The table as it grows: drawn anew on a terminal, one line after the other elsewhere. */
export class LevelTable {
  readonly #io: CommandIo
  #drawn = 0
  #shown = 0

  constructor(io: CommandIo) {
    this.#io = io
  }

  /** What is being measured now. */
  announce(text: string): void {
    if (!this.#io.terminal.error) return
    this.#io.writeError(`${text}\n`)
    this.#drawn++
  }

  show(lines: readonly string[]): void {
    if (this.#io.terminal.error) {
      this.clear()
      this.#drawn = lines.length
      this.#io.writeError(`${lines.join('\n')}\n`)
      return
    }
    for (const line of lines.slice(this.#shown)) this.#io.writeError(`${line}\n`)
    this.#shown = lines.length
  }

  /** Takes what was drawn off the terminal; elsewhere it stays. */
  clear(): void {
    if (this.#drawn > 0) this.#io.writeError(`\u001b[${this.#drawn}A\u001b[J`)
    this.#drawn = 0
  }
}
