import { parseHTML } from 'linkedom'
import type { MatrixRow } from '../../../../contracts/tables.ts'
import { describeFigure } from '../../../../site/lib/matrix/describe.ts'
import type { Matrix } from '../../../../site/lib/matrix/entries.ts'
import { figureOf, MEASURES } from '../../../../site/lib/matrix/measures.ts'
import { renderList } from '../../../../site/lib/matrix/render_list.ts'
import { defaultState } from '../../../../site/lib/matrix/state.ts'
import { answerQuestion } from '../../../../site/lib/question/answer.ts'
import { renderAnswer } from '../../../../site/lib/question/render.ts'
import { BLANK } from '../../../../site/lib/question/state.ts'
import type { Facts } from '../../../../site/lib/question/types.ts'
import { renderOneUser } from '../../../../site/lib/serving/render_one_user.ts'
import { parseServing } from '../../../../site/lib/serving/state.ts'
import type { ServingModel } from '../../../../site/lib/serving/types.ts'
import { speedOf } from '../../../../site/lib/speed.ts'
import { cellId, figure, rent, textOf } from './built_pages.ts'
import { statementsOf } from './rows.ts'
import type { Statement } from './statement.ts'

/** What the scripts of the pages write, by their own functions, from the files that they fetch. */

const blank = () => parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document

/** The list of the matrix, in every measure that the row has. */
export function readMatrix(matrix: Matrix, id: string): Statement[] {
  const place = 'matrix'
  const entry = matrix.entries.find((one) => one.id === id)!
  return MEASURES.flatMap((metric) => {
    const found = figureOf(matrix, entry, metric)
    if (!found) return []
    const name = metric === 'speed' ? speedOf(entry.figures)!.metric : metric
    const state = { ...defaultState(matrix), metric, type: entry.type }
    const view = { document: blank(), matrix, state, relation: () => undefined, live: false }
    const row = renderList(view, [entry]).row(entry)
    const at = (title: string) => row.querySelector(`[data-label="${title}"]`)!
    const median = textOf(at('Median'))
      .replace(/^(\$|≥ )/, '')
      .replace(/[ /].*$/, '')
    const own = figure({ id, place }, name, median, textOf(at('Spread').querySelector('small')!), textOf(at('n')))
    const held = metric === 'cost' ? [] : statementsOf(id, 'matrix.json', name, found)
    const [, price, origin] =
      /\$([\d.,]+)\/h, cheapest on demand \((.*)\)$/.exec(describeFigure(matrix, entry, metric)) ?? []
    return [...own, ...held, ...(price === undefined ? [] : rent({ id, place }, price, origin!))]
  })
}

/** /which-gpu/, asked for the GPU, model and load of a row. A row that another one of its configuration stands for says nothing. */
export function readWhichGpu(facts: Facts, id: string): Statement[] {
  const entry = facts.matrix.entries.find((one) => one.id === id)!
  const users =
    entry.type === 'single_stream' ? 1 : Number(/\d+/.exec(entry.load)?.[0] ?? 0) + (entry.load === 'gt256' ? 1 : 0)
  if (users === 0) return []
  const { slug } = facts.matrix.models[entry.model]!
  const gpu = facts.matrix.gpus[entry.gpu]!.id
  const question = { ...BLANK, gpu, count: entry.gpuCount, model: slug, users, by: 'speed' as const }
  const answer = answerQuestion(facts, question)
  const parts = renderAnswer({ document: blank(), facts, answer, defaults: BLANK, most: Number.POSITIVE_INFINITY })
  const rows = parts.flatMap((part) => [...part.querySelectorAll('tbody tr')])
  const row = rows.find((one) => cellId(one) === id)
  return row ? readBar(row, id, speedOf(entry.figures)!.metric) : []
}

function readBar(row: Element, id: string, metric: string): Statement[] {
  const place = 'which GPU'
  const text = (selector: string) => textOf(row.querySelector(selector)!)
  const n = /n ([\d,]+)/.exec(text('.evidence'))![1]!
  const speed = text('.speed a').replace('≥ ', '').replace(' tok/s', '')
  const alone = (quantity: string, shown: string) => (shown === '–' ? [] : [{ id, place, quantity, text: shown }])
  return [
    ...figure({ id, place }, metric, speed, text('.speed small'), n),
    ...alone('ttft_ms median', text('.ttft')),
    ...alone('cost median', text('.cost').replace('$', '')),
  ]
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
  const where = { id, place: 'serving' }
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
