import { optionsOf } from '../../lib/answers/options.ts'
import { answerQuestion } from '../../lib/answers/rank.ts'
import { headline, renderAnswers } from '../../lib/answers/render_which.ts'
import type { ModelAnswers } from '../../lib/answers/types.ts'
import { formatQuestion, parseQuestion, type Question } from '../../lib/answers/which_state.ts'
import { setField, setOptions, startForm } from './form.ts'

/** Starts the form of /which-gpu/. */
export function startWhichGpu(document: Document): void {
  const form = document.getElementById('ask') as HTMLFormElement
  startForm<ModelAnswers>(document, form, {
    kept: ['model', 'by', 'type'],
    // Few runs of another model or use may have the old speed metric.
    dependents: { model: ['metric', 'load'], type: ['metric', 'load'], by: ['metric'] },
    answer(data, params) {
      const question = parseQuestion(params, data)
      syncForm(form, data, question)
      const answers = answerQuestion(data, question)
      return {
        query: formatQuestion(question, data, form.dataset.model!),
        nodes: renderAnswers(document, data, question, answers),
        status: answers.map((each) => headline(data, question, each)).join(' '),
      }
    },
  })
}

function syncForm(form: HTMLFormElement, data: ModelAnswers, question: Question): void {
  const options = optionsOf(data, question)
  setOptions(form, 'type', options.type, question.type)
  setOptions(form, 'metric', options.metric, question.metric)
  setOptions(form, 'load', options.load, question.load || 'each')
  setOptions(form, 'quant', options.quant, question.quantization)
  const plain = { model: question.model, by: question.by, per: question.per, tps: question.tps, ttft: question.ttft }
  const limits = {
    budget: question.budget,
    cost: question.cost,
    vram: question.memoryMin,
    'vram-max': question.memoryMax,
  }
  for (const [name, value] of Object.entries({ ...plain, ...limits })) setField(form, name, value)
  const folded = [question.memoryMin, question.cost].some((limit) => limit !== null) || question.quantization !== ''
  if (folded) form.querySelector('details')!.open = true
}
