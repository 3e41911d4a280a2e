import type { Source } from '../../contracts/index.ts'

/** What is wrong in a source and what is done about it, before it is counted. */
export interface FlawText {
  what: string
  handling: string
}

/** Counts what becomes of the rows of a source: nothing is dropped without a reason and a line on stderr. */
export class Ledger {
  private readonly dropped = new Map<string, number>()
  private readonly noted = new Map<string, number>()
  private converted = 0
  private readonly source: string
  private readonly report: (line: string) => void

  constructor(source: string, report: (line: string) => void) {
    this.source = source
    this.report = report
  }

  /** Counts rows that were converted. */
  convert(rows = 1): void {
    this.converted += rows
  }

  /** Counts rows that were left out, and reports where they stand. */
  drop(reason: string, origin: string, rows = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + rows)
    this.report(`${this.source}: ${origin} dropped: ${reason}`)
  }

  /** Counts rows that a known flaw concerns. */
  note(flaw: string, rows = 1): void {
    this.noted.set(flaw, (this.noted.get(flaw) ?? 0) + rows)
  }

  /** The known flaws with the number of rows that each concerns. Throws on a flaw that was counted but is not described. */
  flaws(texts: Record<string, FlawText>): Source['flaws'] {
    const undescribed = [...this.noted.keys()].filter((flaw) => texts[flaw] === undefined)
    if (undescribed.length > 0)
      throw new Error(`${this.source}: flaws without a description: ${undescribed.join(', ')}`)
    return Object.entries(texts).map(([flaw, text]) => ({ ...text, rows: this.noted.get(flaw) ?? 0 }))
  }

  /** Rows read, converted and dropped; they add up. */
  rows(): Source['rows'] {
    const dropped = [...this.dropped].map(([reason, rows]) => ({ reason, rows }))
    const read = this.converted + dropped.reduce((sum, entry) => sum + entry.rows, 0)
    return { read, converted: this.converted, dropped }
  }
}
