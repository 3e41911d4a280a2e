import { servingCsv } from '../../lib/serving/export.ts'
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
import { copyText } from '../copy_text.ts'
import { saveFile } from '../save_file.ts'
import { followCurve } from './curve.ts'
import { chosenModel, setField, setOptions, startForm } from './form.ts'
import { loadJson } from './load.ts'

/** Starts the form of /serving/ and the curve below it. */
export function startServing(document: Document): void {
  const form = document.getElementById('ask') as HTMLFormElement
  const answer = document.getElementById('answer')!
  followCurve(answer)
  answer.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>('button')
    if (button?.dataset.copy !== undefined) copyText(document, button, location.href)
    if (button?.dataset.csv !== undefined) download(document, form)
  })
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

/** Every row of the answer to the question of the address, as a CSV file. */
async function download(document: Document, form: HTMLFormElement): Promise<void> {
  const params = new URLSearchParams(location.search)
  const model = chosenModel(form, params)
  const data = await loadJson<ServingModel>(`${form.dataset.folder}${encodeURIComponent(model)}.json`)
  saveFile(document, `serving-${model}.csv`, 'text/csv', servingCsv(data, parseServing(params, data)))
}

function syncForm(form: HTMLFormElement, data: ServingModel, question: ServingQuestion): void {
  const fields = fieldsOf(question)
  const options = optionsOfServing(data, question)
  for (const [name, choices] of Object.entries(options)) setOptions(form, name, choices, String(fields[name]))
  for (const [name, value] of Object.entries(fields)) if (!(name in options)) setField(form, name, value)
}
