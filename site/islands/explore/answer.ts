import { element } from '../../lib/dom.ts'
import type { ExploreState } from '../../lib/explore/address.ts'
import type { ChartPlan } from '../../lib/explore/chart_plan.ts'
import type { QueryResult } from '../../lib/explore/result.ts'
import { debounce } from '../debounce.ts'
import { createChartView } from './chart/chart_view.ts'
import { startDownloads } from './downloads.ts'
import { createTableView } from './table_view.ts'

/** The view of a result, without its query. */
type Shown = Omit<ExploreState, 'sql'>

export interface Answer {
  /** Shows a result, and its query in print. A new query resets the sort order. */
  show(result: QueryResult, sql: string): void
  /** Replaces the result with a text. */
  clear(text: string): void
  /** Sets the view for the next result, as the address asks. */
  want(shown: Shown): void
  /** The current view. */
  shown(): Shown
}

interface Options {
  byId: (id: string) => HTMLElement
  unitOf: (name: string) => string
  /** Called when the visitor has chosen another view. */
  onChange: () => void
}

/** The result below the editor: a table or a chart, and downloads. */
export function createAnswer({ byId, unitOf, onChange }: Options): Answer {
  const button = (id: string) => byId(id) as HTMLButtonElement
  let result: QueryResult | undefined
  let query: string | undefined
  let wanted: ChartPlan | null = null
  let isChart = false
  const table = createTableView({
    region: byId('result'),
    pager: byId('pager'),
    text: byId('pager-text'),
    previous: button('previous'),
    next: button('next'),
    unitOf,
    onSort: onChange,
  })
  const chart = createChartView({ form: byId('chart-form') as HTMLFormElement, place: byId('chart'), unitOf, onChange })
  const present = () => {
    presentView(byId, { isChart, hasResult: result !== undefined })
    if (isChart && result) void chart.draw()
  }
  const choose = (next: boolean) => () => {
    isChart = next
    present()
    onChange()
  }
  byId('as-table').addEventListener('click', choose(false))
  byId('as-chart').addEventListener('click', choose(true))
  startDownloads(byId('answer-tools'), () => result)
  redrawOnResize(() => isChart && result && void chart.draw())
  return {
    show(shown, sql) {
      result = shown
      if (query !== undefined && sql !== query) table.sort(null)
      query = sql
      byId('printed').textContent = sql
      table.show(shown)
      chart.prepare(shown, wanted)
      present()
    },
    clear(text) {
      result = undefined
      byId('printed').textContent = ''
      byId('result').replaceChildren(element(document, 'p', { class: 'muted result-hint' }, text))
      present()
    },
    want(shown) {
      query = undefined
      wanted = shown.chart
      isChart = wanted !== null
      table.sort(shown.sort)
    },
    shown: () => ({ chart: isChart ? chart.plan() : null, sort: table.order() }),
  }
}

/** Shows the table or the chart, and the tools if there is a result. */
function presentView(byId: Options['byId'], { isChart, hasResult }: { isChart: boolean; hasResult: boolean }): void {
  byId('as-table').setAttribute('aria-pressed', String(!isChart))
  byId('as-chart').setAttribute('aria-pressed', String(isChart))
  byId('answer-tools').hidden = !hasResult
  const showsChart = isChart && hasResult
  byId('chart-view').hidden = !showsChart
  byId('result').hidden = showsChart
  byId('pager').classList.toggle('away', showsChart)
}

function redrawOnResize(draw: () => void): void {
  let width = innerWidth
  const onResize = debounce(() => {
    if (innerWidth !== width) draw()
    width = innerWidth
  }, 150)
  addEventListener('resize', onResize)
}
