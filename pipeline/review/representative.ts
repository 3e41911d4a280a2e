import { type AnonymizedExport, type CuratedRun, judgeLine } from '../../contracts/index.ts'
import type { LineForm } from '../scan/member.ts'

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
  readonly #seen = new Map<string, Representative | null>()

  constructor(form: LineForm) {
    this.#form = form
  }

  /** The group's representative, or null if zod rejects it: then its lines have to be looked at one by one. */
  judge(texts: Record<string, string>): Representative | null {
    const line = this.#compose(texts)
    const known = this.#seen.get(line)
    if (known !== undefined) return known
    const judgement = judgeLine(this.#form.contract, line)
    const verdict = judgement.verdict === 'accepted' ? (judgement.value as Representative) : null
    this.#seen.set(line, verdict)
    return verdict
  }

  #compose(texts: Record<string, string>): string {
    const fillers = this.#form.required.filter(({ key }) => texts[key] === undefined)
    const members = [...Object.entries(texts), ...fillers.map(({ key }) => [key, FILLER[key] ?? '1'])]
    return `{${members.map(([key, text]) => `"${key}":${text}`).join(',')}}`
  }
}
