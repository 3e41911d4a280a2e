import { parseHTML } from 'linkedom'
import type { MatrixRow } from '../../../../contracts/tables.ts'
import { answerQuestion } from '../../../../site/lib/answers/rank.ts'
import { renderAnswers } from '../../../../site/lib/answers/render_which.ts'
import { type ModelAnswers, SPEED_METRICS } from '../../../../site/lib/answers/types.ts'
import { parseQuestion } from '../../../../site/lib/answers/which_state.ts'
import { describeFigure } from '../../../../site/lib/matrix/describe.ts'
import type { Matrix } from '../../../../site/lib/matrix/entries.ts'
import { figureOf, MEASURES } from '../../../../site/lib/matrix/measures.ts'
import { renderList } from '../../../../site/lib/matrix/render_list.ts'
import { defaultState } from '../../../../site/lib/matrix/state.ts'
import { renderOneUser } from '../../../../site/lib/serving/render_one_user.ts'
import { parseServing } from '../../../../site/lib/serving/state.ts'
import type { ServingModel } from '../../../../site/lib/serving/types.ts'
import { cellId, figure, rent, textOf } from './built_pages.ts'
import { statementsOf } from './rows.ts'
import type { Statement } from './statement.ts'

/** What the scripts of the pages write, by their own functions, from the files that they fetch. */

const blank = () => parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document

/** The list of the matrix, in every measure that the row has. */
export function readMatrix(matrix: Matrix, id: string): Statement[] {
  const place = 'matrix'
  const entry = matrix.entries.find((one) => one.id === id)!
  const { output_tps } = entry.figures
  const throughput = output_tps ? statementsOf(id, 'matrix.json', 'output_tps', output_tps) : []
  const shown = MEASURES.flatMap((metric) => {
    const found = figureOf(matrix, entry, metric)
    if (!found) return []
    const state = { ...defaultState(matrix), metric, type: entry.type }
    const view = { document: blank(), matrix, state, relation: () => undefined, live: false }
    const row = renderList(view, [entry]).row(entry)
    const at = (title: string) => row.querySelector(`[data-label="${title}"]`)!
    const median = textOf(at('Median'))
      .replace(/^\$/, '')
      .replace(/[ /].*$/, '')
    const own = figure({ id, place }, metric, median, textOf(at('Spread').querySelector('small')!), textOf(at('n')))
    const held = metric === 'cost' ? [] : statementsOf(id, 'matrix.json', metric, found)
    const [, price, origin] =
      /\$([\d.,]+)\/h, cheapest on demand \((.*)\)$/.exec(describeFigure(matrix, entry, metric)) ?? []
    return [...own, ...held, ...(price === undefined ? [] : rent({ id, place }, price, origin!))]
  })
  return [...shown, ...throughput]
}

/** /which-gpu/, asked for each speed and for the cost. A row that a better one of the same GPU and engine stands for says nothing. */
export function readWhichGpu(data: ModelAnswers, row: MatrixRow): Statement[] {
  return SPEED_METRICS.flatMap((metric) =>
    ['speed', 'cost'].flatMap((by) => {
      const load = row.measurement_type === 'single_stream' ? 'each' : row.concurrency_bucket
      const asked = { metric, by, load, type: row.measurement_type, quant: row.quantization }
      const question = parseQuestion(new URLSearchParams(asked), data)
      if (question.metric !== metric) return []
      const [own] = rowsOf(renderAnswers(blank(), data, question, answerQuestion(data, question)), row.matrix_id)
      if (!own) return []
      const main = by === 'speed' ? metric : 'cost'
      return [
        ...figure(own, main, textOf(own.cell('.main .value')!), textOf(own.cell('.main small')!)),
        ...own.labelled('First token (ms)', 'ttft_ms'),
        ...(by === 'speed' ? own.labelled('USD per 1M tokens', 'cost') : []),
        ...own.evidence(metric),
        ...own.price('Rent (USD/h)'),
      ]
    }),
  )
}

/** The costs of one user on /serving/, at list prices. */
export function readServing(data: ServingModel, row: MatrixRow): Statement[] {
  const section = renderOneUser(blank(), data, parseServing(new URLSearchParams(), data))
  const metric = row.e2e_tps_p50 === null ? 'decode_tps' : 'e2e_tps'
  return rowsOf(section ? [section] : [], row.matrix_id).flatMap((own) => [
    ...own.evidence(metric),
    ...own.labelled('Speed (tok/s)', metric),
    ...own.labelled('USD per 1M tokens', 'cost'),
    ...own.price('Price (USD/h)'),
  ])
}

/** The rows of the tables of an answer that are about one row of the matrix, with what is read of them. */
function rowsOf(sections: HTMLElement[], id: string) {
  const rows = sections.flatMap((section) => [...section.querySelectorAll('tbody tr')])
  return rows.filter((row) => cellId(row) === id).map((row) => reader(row, id))
}

function reader(row: Element, id: string) {
  const isServing = row.querySelector('[data-label="Tokens per joule"]') !== null
  const where = { id, place: isServing ? 'serving' : 'which GPU' }
  const cell = (selector: string) => row.querySelector(selector)
  return {
    ...where,
    cell,
    labelled(label: string, what: string): Statement[] {
      const [median, spread] = [cell(`[data-label="${label}"] span`), cell(`[data-label="${label}"] small`)]
      return median && spread ? figure(where, what, textOf(median).replace('≥ ', ''), textOf(spread)) : []
    },
    evidence(metric: string): Statement[] {
      const n = /^n ([\d,]+)/.exec(textOf(cell('.evidence small')!))![1]!
      return [{ ...where, quantity: `${metric} n`, text: n }]
    },
    price(label: string): Statement[] {
      const origin = cell(`[data-label="${label}"] small`)
      if (!origin) return []
      const whole = textOf(cell(`[data-label="${label}"]`)!)
      return rent(where, whole.slice(0, whole.length - textOf(origin).length), textOf(origin))
    },
  }
}
