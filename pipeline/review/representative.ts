import { type AnonymizedExport, judgeLine } from '../../contracts/index.ts'
import { REQUIRED_MEMBERS } from '../scan/member.ts'

const FILLER: Record<string, string> = {
  ts: '"2026-01-01T00:00:00Z"',
  tenant_id: '"anon"',
  job_id: '"0000000000000000"',
}

/** Judges groups by a sample that stands for each, once for each distinct text. */
export class GroupJudge {
  readonly #seen = new Map<string, AnonymizedExport | null>()

  /**
   * The group's representative: its dictionary members are the group's, the rest is filler. Null where zod rejects it: then the lines have to be
   * reviewed one by one.
   */
  judge(texts: Record<string, string>): AnonymizedExport | null {
    const line = compose(texts)
    const known = this.#seen.get(line)
    if (known !== undefined) return known
    const judgement = judgeLine('anonymized_export', line)
    const representative = judgement.verdict === 'accepted' ? (judgement.value as AnonymizedExport) : null
    this.#seen.set(line, representative)
    return representative
  }
}

function compose(texts: Record<string, string>): string {
  const fillers = REQUIRED_MEMBERS.filter(({ key }) => texts[key] === undefined)
  const members = [...Object.entries(texts), ...fillers.map(({ key }) => [key, FILLER[key] ?? '1'])]
  return `{${members.map(([key, text]) => `"${key}":${text}`).join(',')}}`
}
