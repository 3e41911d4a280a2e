import type { ImportOptions } from '../../../telemetry/import/types.ts'
import { element } from '../../lib/dom.ts'
import { plural } from '../../lib/format.ts'
import type { Conversion } from '../../lib/my_numbers/report.ts'

/** What was asked and answered before. */
export interface Answered {
  values: ImportOptions
  questions: readonly Question[]
}
export type Question = Conversion['missing'][number]

/**
 * How the output of a benchmark was read: what its names became, what was left out, and a form for what is missing. If the answers so far
 * gave nothing, they can be changed.
 */
export function renderConversion(
  conversion: Conversion,
  answered: Answered,
  onAnswer: (answered: Answered) => void,
): HTMLElement {
  const { formats, samples, runs, missing } = conversion
  const open = samples + runs > 0 ? missing : [...answered.questions, ...missing]
  const questions = [...new Map(open.map((question) => [question.option, question])).values()]
  const submit = (values: ImportOptions) =>
    onAnswer({ values: { ...answered.values, ...values }, questions: [...answered.questions, ...questions] })
  const what =
    formats.length > 0 ? `Read as the output of ${formats.join(' and ')}` : 'Not the output of a known benchmark'
  const made = [samples > 0 && plural(samples, 'sample'), runs > 0 && plural(runs, 'run')].filter(Boolean).join(' and ')
  return element(
    document,
    'section',
    { id: 'conversion' },
    element(document, 'h3', {}, what),
    element(document, 'p', { class: 'lead' }, describeResult(made, questions.length > 0)),
    renderReasons(conversion),
    questions.length > 0 ? renderForm(questions, answered.values, submit) : null,
    conversion.groups.length > 0 ? renderGroups(conversion) : null,
  )
}

function describeResult(made: string, asks: boolean): string {
  const asked = asks ? 'The file lacks some facts: fill them in, then convert.' : ''
  if (made === '') return asked || 'Nothing in it could be converted.'
  return `It became ${made}, converted in this browser as orch import would. ${asked}`
}

/** One field for each fact that the file does not give. */
function renderForm(
  questions: readonly Question[],
  known: ImportOptions,
  onAnswer: (answers: ImportOptions) => void,
): HTMLElement {
  const fields = questions.map(({ option, what, why }) => {
    const id = `missing-${option}`
    const attributes = { id, name: option, autocomplete: 'off', required: true, value: known[option]?.toString() }
    const input = element(document, 'input', { ...attributes, type: option === 'date' ? 'date' : 'text' })
    const label = element(document, 'label', { for: id }, what)
    return element(document, 'p', {}, label, input, element(document, 'small', { class: 'muted' }, why))
  })
  const button = element(document, 'button', { class: 'button primary', type: 'submit' }, 'Convert')
  const form = element(document, 'form', { class: 'missing' }, ...fields, button)
  form.onsubmit = (event) => {
    event.preventDefault()
    onAnswer(readAnswers(new FormData(form)))
  }
  return form
}

const COUNTS = new Set(['gpuCount', 'vramTotalMb'])

function readAnswers(data: FormData): ImportOptions {
  const entries = [...data].map(([name, value]) => {
    const text = String(value).trim()
    return [name, COUNTS.has(name) ? Number.parseInt(text, 10) || undefined : text || undefined]
  })
  return Object.fromEntries(entries) as ImportOptions
}

function renderGroups({ groups }: Conversion): HTMLElement {
  const heads = ['Format', 'Model', 'Precision', 'GPU', 'Engine', 'Samples', 'Runs']
  const head = element(document, 'tr', {}, ...heads.map((name) => element(document, 'th', { scope: 'col' }, name)))
  const rows = groups.map((group) => {
    const gpu = group.gpu_count === 1 ? group.gpu : `${group.gpu_count} × ${group.gpu}`
    const model = group.listed ? group.model : `${group.model} (unlisted)`
    const cells = [group.format, model, group.quantization, gpu, `${group.engine} ${group.engine_version}`]
    const counts = [group.samples, group.runs].map((count) => element(document, 'td', { class: 'num' }, count))
    return element(document, 'tr', {}, ...cells.map((text) => element(document, 'td', {}, text)), ...counts)
  })
  const table = element(
    document,
    'table',
    { class: 'rows' },
    element(document, 'thead', {}, head),
    element(document, 'tbody', {}, ...rows),
  )
  const region = { class: 'scroll', role: 'region', 'aria-label': 'What the names became', tabindex: '0' }
  return element(document, 'div', region, table)
}

function renderReasons({ reasons }: Conversion): HTMLElement | null {
  if (reasons.length === 0) return null
  const items = reasons.map(({ kind, reason, units }) =>
    element(document, 'li', {}, `${kind}: ${reason}${units > 0 ? ` (${plural(units, 'measurement')})` : ''}`),
  )
  return element(document, 'ul', { class: 'muted' }, ...items)
}
