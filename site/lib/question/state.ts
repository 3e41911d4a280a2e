import type { Matrix } from '../matrix/entries.ts'
import { parsePositive } from '../parse_positive.ts'
import { CRITERIA, type Facts, type Question } from './types.ts'

/** The names of the parameters of a question; those of the matrix are others, so that an address can hold both. */
export const QUESTION_KEYS = ['have', 'count', 'budget', 'model', 'upto', 'users', 'ttft', 'tps', 'by'] as const

/** Asks for nothing in particular. */
export const BLANK: Question = {
  ...{ gpu: '', count: 1, budget: null, model: '', upTo: null, users: 1, ttft: null, tps: null, by: '' },
}

/** What the page opens with: the model that people look for and that most GPUs were measured with, for one user. */
export function defaultQuestion({ matrix }: Facts): Question {
  const gpus = matrix.models.map(() => new Set<number>())
  for (const entry of matrix.entries) {
    if (entry.type === 'single_stream' && entry.gpuCount === 1) gpus[entry.model]!.add(entry.gpu)
  }
  const weight = (model: number) => (matrix.models[model]!.featured === null ? 0 : 1e6) + gpus[model]!.size
  const [first] = [...matrix.models.keys()].sort(
    (a, b) => weight(b) - weight(a) || placeOf(matrix, a) - placeOf(matrix, b),
  )
  return { ...BLANK, model: first === undefined ? '' : matrix.models[first]!.slug }
}

const placeOf = ({ models }: Matrix, model: number): number => models[model]!.featured ?? Number.MAX_SAFE_INTEGER

/** The question of a query string: the default one where it has no parameter of a question. Invalid values ask for nothing. */
export function parseQuestion(query: string, defaults: Question): Question {
  const params = new URLSearchParams(query)
  if (!QUESTION_KEYS.some((key) => params.has(key))) return defaults
  const count = params.get('count')
  return {
    gpu: (params.get('have') ?? '').trim(),
    count: count === 'any' ? 'any' : (wholeNumber(count) ?? 1),
    budget: parsePositive(params.get('budget')),
    model: (params.get('model') ?? '').trim(),
    upTo: parsePositive(params.get('upto')),
    users: wholeNumber(params.get('users')) ?? 1,
    ttft: parsePositive(params.get('ttft')),
    tps: parsePositive(params.get('tps')),
    by: CRITERIA.find((criterion) => criterion === params.get('by')) ?? '',
  }
}

/** The parameters of a question; none for the default one. */
export function formatQuestion(question: Question, defaults: Question): [string, string][] {
  if (sameQuestion(question, defaults)) return []
  const { gpu, count, budget, model, upTo, users, ttft, tps, by } = question
  const all: [string, string | number | null][] = [
    ['have', gpu],
    ['count', count === 1 ? '' : count],
    ['budget', budget],
    ['model', model],
    ['upto', upTo],
    ['users', users === 1 ? '' : users],
    ['ttft', ttft],
    ['tps', tps],
    ['by', by],
  ]
  const set = all
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]): [string, string] => [key, String(value)])
  // A question about nothing in particular has to differ from the default one.
  return set.length === 0 ? [['users', '1']] : set
}

/** A query string with the parameters of a question in the place of those that it had. */
export function withQuestion(query: string, question: Question, defaults: Question): string {
  const params = new URLSearchParams(query)
  for (const key of QUESTION_KEYS) params.delete(key)
  for (const [key, value] of formatQuestion(question, defaults)) params.set(key, value)
  return params.size === 0 ? '' : `?${params}`
}

const sameQuestion = (a: Question, b: Question): boolean =>
  (Object.keys(a) as (keyof Question)[]).every((key) => a[key] === b[key])

function wholeNumber(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null
}
