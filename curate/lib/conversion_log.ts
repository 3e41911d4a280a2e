import type { Source } from '../../contracts/index.ts'

/** A known flaw of a source and how it is handled, before its rows are counted. */
export interface FlawText {
  what: string
  handling: string
}

/** Counts the converted and the dropped rows of a source: no row is dropped without a reason and a line on stderr. */
export class ConversionLog {
  private readonly dropped = new Map<string, number>()
  private readonly flawCounts = new Map<string, number>()
  private converted = 0
  private readonly source: string
  private readonly report: (line: string) => void

  constructor(source: string, report: (line: string) => void) {
    this.source = source
    this.report = report
  }

  /** Counts rows that were converted. */
  countConverted(rows = 1): void {
    this.converted += rows
  }

  /** Counts rows that are not converted, and reports their origin. */
  drop(reason: string, origin: string, rows = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + rows)
    this.report(`${this.source}: ${origin} dropped: ${reason}`)
  }

  /** Counts rows that a known flaw concerns. */
  countFlaw(flaw: string, rows = 1): void {
    this.flawCounts.set(flaw, (this.flawCounts.get(flaw) ?? 0) + rows)
  }

  /** The known flaws with the number of rows that each concerns. Throws on a flaw that was counted but is not described. */
  flaws(texts: Record<string, FlawText>): Source['flaws'] {
    const undescribed = [...this.flawCounts.keys()].filter((flaw) => texts[flaw] === undefined)
    if (undescribed.length > 0)
      throw new Error(`${this.source}: flaws without a description: ${undescribed.join(', ')}`)
    return Object.entries(texts).map(([flaw, text]) => ({ ...text, rows: this.flawCounts.get(flaw) ?? 0 }))
  }

  /** Rows read, converted and dropped; they add up. */
  rows(): Source['rows'] {
    const dropped = [...this.dropped].map(([reason, rows]) => ({ reason, rows }))
    const read = this.converted + dropped.reduce((sum, entry) => sum + entry.rows, 0)
    return { read, converted: this.converted, dropped }
  }
}
