import { type AnonymizedExport, type CuratedRun, judgeLine } from '../../contracts/index.ts'
import type { Layout } from './layout.ts'
import type { LineForm } from './line_form.ts'
import { readsAllMeasurements } from './scan_tail.ts'

/** A line of the contract that stands for a group: its dictionary members are the group's, the rest is filler. */
export type Representative = AnonymizedExport | CuratedRun

const FILLER: Record<string, string> = {
  ts: '"2026-01-01T00:00:00Z"',
  tenant_id: '"anon"',
  job_id: '"0000000000000000"',
  origin: '"filler#1"',
}

/** Judges groups by a line that stands for each, once for each distinct text. */
export class GroupJudge {
  readonly #form: LineForm
  readonly #layout: Layout
  readonly #seen = new Map<string, Representative | null>()

  constructor(form: LineForm, layout: Layout) {
    this.#form = form
    this.#layout = layout
  }

  /** The group's representative, or null if zod rejects it: then its lines have to be looked at one by one. */
  judge(texts: Record<string, string | null>): Representative | null {
    const slots = this.#form.optional.map((_, i) => texts[`t_${i + 1}`] ?? null)
    const line = this.#compose(texts, slots)
    let verdict = this.#seen.get(line)
    if (verdict === undefined) {
      verdict = this.#judgeText(line, slots)
      this.#seen.set(line, verdict)
    }
    return verdict
  }

  #compose(texts: Record<string, string | null>, slots: (string | null)[]): string {
    const head = this.#layout.members.map(({ key, prefix }) => texts[`k_${key}`] ?? `${prefix}${FILLER[key] ?? '1'}`)
    return [...head, ...slots.filter((slot) => slot !== null)].join(',')
  }

  #judgeText(line: string, slots: (string | null)[]): Representative | null {
    const judgement = judgeLine(this.#form.contract, line)
    if (judgement.verdict === 'rejected') return null
    const value = judgement.value as Representative
    return readsAllMeasurements(this.#form, this.#layout, value, slots) ? value : null
  }
}
