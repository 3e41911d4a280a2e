import { type CostQuestion, formatCost, parseCost } from '../../lib/answers/cost_state.ts'
import { priceRuns } from '../../lib/answers/front.ts'
import { optionsOf } from '../../lib/answers/options.ts'
import { costHeadline, renderCosts } from '../../lib/answers/render_cost.ts'
import type { ModelAnswers } from '../../lib/answers/types.ts'
import { setField, setOptions, startForm } from './form.ts'

/** Starts the form of /cost/: another model, own prices. */
export function startCost(document: Document): void {
  const form = document.getElementById('ask') as HTMLFormElement
  startForm(document, form, {
    kept: ['model', 'type', 'quant', 'metric'],
    answer(data, params) {
      const question = parseCost(params, data)
      syncForm(form, data, question)
      const answers = priceRuns(data, question)
      return {
        query: formatCost(question, data, form.dataset.model!),
        nodes: renderCosts(document, data, question, answers),
        status: answers.map((each) => costHeadline(data, question, each)).join(' '),
      }
    },
  })
}

function syncForm(form: HTMLFormElement, data: ModelAnswers, question: CostQuestion): void {
  const options = optionsOf(data, question)
  setOptions(form, 'type', options.type, question.type)
  setOptions(form, 'metric', options.metric, question.metric)
  setOptions(form, 'quant', options.quant, question.quantization)
  const { ownPrice, electricity, utilisation } = question.basis
  setField(form, 'model', question.model)
  setField(form, 'price', ownPrice)
  setField(form, 'kwh', electricity)
  setField(form, 'use', utilisation === 1 ? null : Number((utilisation * 100).toPrecision(6)))
}
