import { element } from '../../../lib/dom.ts'
import { type ChartPlan, fitsResult, LOGS, MARKS, planChart } from '../../../lib/explore/chart_plan.ts'
import type { QueryResult } from '../../../lib/explore/result.ts'

export interface ChartView {
  /** Chooses the chart of a result: the wanted one if its columns exist, else a proposal. */
  prepare(result: QueryResult, wanted: ChartPlan | null): void
  /** Draws the prepared chart. */
  draw(): Promise<void>
  plan(): ChartPlan | null
}

interface Parts {
  form: HTMLFormElement
  place: HTMLElement
  unitOf: (name: string) => string
  /** Called when the visitor has chosen another chart. */
  onChange: () => void
}

const LOG_LABELS = { '': 'linear', x: 'log across', y: 'log up', xy: 'log both' }
const MARK_LABELS = { bar: 'bars', dot: 'dots', line: 'a line' }

/** The result as a chart of columns that the visitor chooses. Plot is fetched for the first chart. */
export function createChartView({ form, place, unitOf, onChange }: Parts): ChartView {
  let result: QueryResult | undefined
  let plan: ChartPlan | null = null
  const draw = async () => {
    if (!result) return
    if (!plan)
      return place.replaceChildren(message(place, 'This result has no numeric column, so there is nothing to draw.'))
    try {
      const { drawChart } = await import('./draw_chart.ts')
      const width = Math.max(320, Math.min(place.clientWidth, 1000))
      place.replaceChildren(drawChart(place.ownerDocument, result, plan, { width, unitOf }))
    } catch (error) {
      place.replaceChildren(message(place, `The chart could not be drawn: ${(error as Error).message}`))
    }
  }
  form.addEventListener('change', () => {
    const chosen = Object.fromEntries(new FormData(form)) as unknown as ChartPlan
    plan = chosen
    onChange()
    void draw()
  })
  return {
    prepare(shown, wanted) {
      result = shown
      plan = wanted && fitsResult(wanted, shown.columns) ? wanted : planChart(shown.columns, shown.rows(0, 2000))
      form.hidden = plan === null
      if (plan) fillForm(form, shown, plan)
    },
    draw,
    plan: () => plan,
  }
}

function fillForm(form: HTMLFormElement, { columns }: QueryResult, plan: ChartPlan): void {
  const names = columns.map(({ name }) => [name, name] as const)
  fill(
    form,
    'mark',
    MARKS.map((mark) => [mark, MARK_LABELS[mark]] as const),
    plan.mark,
  )
  fill(form, 'x', names, plan.x)
  fill(form, 'y', names, plan.y)
  fill(form, 'colour', [['', 'one colour'], ...names], plan.colour)
  fill(
    form,
    'log',
    LOGS.map((log) => [log, LOG_LABELS[log]] as const),
    plan.log,
  )
}

function fill(
  form: HTMLFormElement,
  name: string,
  options: readonly (readonly [string, string])[],
  value: string,
): void {
  const select = form.elements.namedItem(name) as HTMLSelectElement
  const document = form.ownerDocument
  select.replaceChildren(...options.map(([key, label]) => element(document, 'option', { value: key }, label)))
  select.value = value
}

const message = (place: HTMLElement, text: string): HTMLElement =>
  element(place.ownerDocument, 'p', { class: 'muted' }, text)
