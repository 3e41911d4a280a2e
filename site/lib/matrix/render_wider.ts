import { METRIC_INFO } from '../../../contracts/metrics.ts'
import { plural } from '../format.ts'
import { href } from '../href.ts'
import { element } from './dom.ts'
import type { Matrix } from './entries.ts'
import { widerMetric } from './select.ts'
import { defaultState, formatState, type MatrixState } from './state.ts'

/** Leads to the metric that covers clearly more under the same filters; null where the shown one is the widest or nearly so. */
export function renderWider(document: Document, matrix: Matrix, state: MatrixState): HTMLElement | null {
  const wider = widerMetric(matrix, state)
  if (!wider) return null
  const { title } = METRIC_INFO[wider.metric]
  const query = formatState({ ...state, metric: wider.metric }, defaultState(matrix))
  const text = `${title} covers more: ${plural(wider.figures, 'figure')}.`
  return element(document, 'a', { href: href(query) }, text)
}
