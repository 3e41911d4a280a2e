import { optionsOfServing } from '../../lib/serving/options.ts'
import { renderServing } from '../../lib/serving/render.ts'
import {
  fieldsOf,
  formatServing,
  NO_LIMIT,
  parseServing,
  type ServingQuestion,
  unknownParts,
} from '../../lib/serving/state.ts'
import type { ServingModel } from '../../lib/serving/types.ts'
import { followCurve } from './curve.ts'
import { setField, setOptions, startForm } from './form.ts'

/** Starts the form of /serving/ and the curve below it. */
export function startServing(document: Document): void {
  const form = document.getElementById('ask') as HTMLFormElement
  followCurve(document.getElementById('answer')!)
  startForm<ServingModel>(document, form, {
    kept: ['model', 'type', 'size', 'quant'],
    emptied: { names: ['ttft', 'tps', 'users'], value: NO_LIMIT },
    dependents: { model: ['type', 'size', 'quant'], type: ['size', 'quant'] },
    answer(data, params) {
      const question = parseServing(params, data)
      syncForm(form, data, question)
      const nodes = renderServing(document, data, question, unknownParts(params, data))
      return {
        query: formatServing(question, data, form.dataset.model!),
        nodes,
        status: nodes[0]!.querySelector('.answer-head')!.textContent!,
      }
    },
  })
}

function syncForm(form: HTMLFormElement, data: ServingModel, question: ServingQuestion): void {
  const fields = fieldsOf(question)
  const options = optionsOfServing(data, question)
  for (const [name, choices] of Object.entries(options)) setOptions(form, name, choices, String(fields[name]))
  for (const [name, value] of Object.entries(fields)) if (!(name in options)) setField(form, name, value)
}
