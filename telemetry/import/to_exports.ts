import { AnonymizedExport } from '../../contracts/index.ts'
import { anonymizeEvent, shuffleByJobId } from '../anonymise/anonymize_event.ts'
import { explainIssue } from './explain_issue.ts'
import { Findings } from './findings.ts'
import type { ImportedEvent, Problem } from './types.ts'

/** What the caller can do if a field of the file breaks the contract. */
const FIXES: Partial<Record<string, string>> = {
  ts: 'pass --date YYYY-MM-DD',
  model_ref: 'pass --model hf:org/repo',
  engine: 'pass --engine NAME',
  engine_version: 'pass --engine-version V',
  gpu_name: 'pass --gpu NAME',
  gpu_count: 'pass --gpu-count N',
  quantization: 'pass --quantization Q',
}

/**
 * Anonymises samples and keeps those that satisfy the contract, in the order of their pseudonyms. A sample that occurs
 * twice (a file given twice, a line copied) is kept once.
 *
 * @param unitsPerEvent repetitions or requests that a sample stands for, for the count of what was not converted
 */
export function toExports(
  imported: readonly ImportedEvent[],
  key: Buffer,
  unitsPerEvent: number,
): { exports: AnonymizedExport[]; problems: Problem[] } {
  const findings = new Findings()
  const seen = new Set<string>()
  const exports = imported.flatMap(({ event, place }) => {
    const candidate = anonymizeEvent(event, key)
    const checked = AnonymizedExport.safeParse(candidate)
    if (!checked.success) {
      const [issue] = checked.error.issues
      const fix = FIXES[String(issue!.path[0])] ?? 'check the figure in the file'
      findings.reject(place, unitsPerEvent, explainIssue(issue!, candidate, fix))
      return []
    }
    if (seen.has(checked.data.job_id)) {
      findings.skip(place, unitsPerEvent, 'the same sample as one read before')
      return []
    }
    seen.add(checked.data.job_id)
    return [checked.data]
  })
  return { exports: shuffleByJobId(exports), problems: findings.problems }
}
