import type { Change, Compared, Comparison } from '../../../contracts/host_report.ts'
import { plural } from '../format.ts'
import type { Style } from '../style.ts'

const TITLES: Record<Compared, string> = { decode_tps: 'decode speed', ttft_ms: 'TTFT' }

/** A section for each model: each metric with its change, interval and verdict. */
export function formatComparisons(comparisons: readonly Comparison[], style: Style): string[] {
  if (comparisons.length === 0)
    return ['Nothing to compare: no model has tasks on both sides. orch telemetry report shows what there is.']
  return comparisons.flatMap(({ model_ref, engine, before, after, changes }, at) => [
    ...(at > 0 ? [''] : []),
    style.strong(`${model_ref}  ${engine} ${before} → ${after}`),
    ...changes.map((change) => `  ${formatChange(change, style)}`),
  ])
}

function formatChange(change: Change, style: Style): string {
  const title = TITLES[change.metric].padEnd(13)
  const interval =
    change.low === null || change.high === null ? '' : ` (${percent(change.low)} to ${percent(change.high)})`
  const figure = change.change === null ? '–' : `${percent(change.change)}${interval}`
  return `${title}${figure.padEnd(29)}  ${describeVerdict(change, style)}`.trimEnd()
}

function describeVerdict(
  { verdict, tasks_needed, hours_needed, tasks_before, tasks_after }: Change,
  style: Style,
): string {
  if (verdict === 'slower') return style.bad('slower')
  if (verdict === 'faster') return style.good('faster')
  if (verdict === 'unchanged') return 'unchanged'
  if (tasks_before === 0 || tasks_after === 0) return 'no alike tasks on both sides'
  const hours = hours_needed > 0 ? ` over ${plural(hours_needed, 'hour')}` : ''
  return `cannot tell yet: ~${tasks_needed.toLocaleString('en')} more tasks${hours}`
}

function percent(share: number): string {
  const text = Math.abs(100 * share).toFixed(1)
  return `${Number(text) === 0 ? ' ' : share > 0 ? '+' : '−'}${text} %`
}
