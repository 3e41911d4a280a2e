import { indexOf } from './estimate.ts'
import type { Facts, Question, WayOut } from './types.ts'

/** Changes that could give results, the smallest first. */
const CHANGES: [text: string, changes: (question: Question) => Partial<Question> | null][] = [
  ['Any number of GPUs', ({ count }) => (count === 'any' ? null : { count: 'any' })],
  ['Without a limit on the first token', ({ ttft }) => (ttft === null ? null : { ttft: null })],
  ['Without a least speed', ({ tps }) => (tps === null ? null : { tps: null })],
  [
    'Without limits',
    ({ ttft, tps }) => (ttft === null || tps === null ? null : { ttft: null, tps: null, count: 'any' }),
  ],
  ['Best by speed', ({ by, users }) => (by === 'cost' || (by === '' && users > 1) ? { by: 'speed' } : null)],
  ['With several users', ({ users }) => (users === 1 ? { users: 2 } : null)],
  ['For one user', ({ users }) => (users === 1 ? null : { users: 1 })],
  ['Without a budget', ({ budget }) => (budget === null ? null : { budget: null })],
  ['On any GPU', ({ gpu, model }) => (gpu === '' || model === '' ? null : { gpu: '' })],
  ['Any model', ({ gpu, model }) => (gpu === '' || model === '' ? null : { model: '' })],
  ['Of any size', ({ upTo }) => (upTo === null ? null : { upTo: null })],
  [
    'Any model on any GPU',
    ({ gpu, model }) => (gpu === '' && model === '' ? null : { gpu: '', model: '', count: 'any' }),
  ],
]
const SHOWN = 4

/** The changes of a question without a result that have some. */
export function findWaysOut(facts: Facts, question: Question, countResults: (question: Question) => number): WayOut[] {
  const found: WayOut[] = []
  const others = siblingsOf(facts, question).map(
    ({ slug, name }) => [`${name}, of the same size`, () => ({ model: slug })] as const,
  )
  for (const [text, change] of [...others, ...CHANGES]) {
    const changes = change(question)
    const changed = { ...question, ...changes }
    const results = changes && found.length < SHOWN ? countResults(changed) : 0
    if (results > 0) found.push({ text, question: changed, results })
  }
  return found
}

/** Models of the same family and size: a base model and what was trained from it are equally fast. */
function siblingsOf({ catalogue }: Facts, { model }: Question) {
  const own = indexOf(catalogue.models, 'slug').get(model)
  if (!own?.paramsB || own.family === '') return []
  return catalogue.models.filter(
    ({ slug, family, paramsB }) =>
      slug !== model && family === own.family && paramsB && Math.abs(paramsB / own.paramsB! - 1) < 0.02,
  )
}
