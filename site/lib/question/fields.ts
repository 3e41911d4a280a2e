import { parsePositive } from '../parse_positive.ts'
import type { Catalogue, Facts, Question } from './types.ts'

/** What the two text fields of the question mean: names as people type them (`4090`, `2x 3090`), budgets (`$2/h`), sizes (`up to 32B`). */

interface Named {
  name: string
  featured: number | null
}

/** `RTX 4090`, `2x 4090`, `$2/h`, or nothing. A name that is not known is kept as it was typed. */
export function readHave(text: string, { matrix, catalogue: { gpus } }: Facts): Partial<Question> {
  const asked = text.trim()
  if (asked === '') return { gpu: '', budget: null }
  const budget = /^(?:up to\s+)?(?:\$\s*([\d.]+)|([\d.]+)\s*(?:\$|usd))\s*(?:\/\s*h(?:our)?|an hour|per hour)?$/i.exec(
    asked,
  )
  if (budget) return { gpu: '', budget: parsePositive(budget[1] ?? budget[2]!), count: 'any' }
  const [, count, name] = /^(?:(\d{1,3})\s*[x×]\s*)?(.*)$/i.exec(asked)!
  const found =
    gpus.find(({ id }) => id === name) ?? findNamed(gpus, name!, new Set(matrix.gpus.map((gpu) => gpu.name)))
  return { gpu: found?.id ?? name!, budget: null, ...(count && Number(count) > 0 && { count: Number(count) }) }
}

/** `Qwen3 8B`, `up to 32B`, or nothing. */
export function readWant(text: string, { matrix, catalogue: { models } }: Facts): Partial<Question> {
  const asked = text.trim()
  if (asked === '') return { model: '', upTo: null }
  const size = /^(?:up to|at most|max|≤|<=|<)?\s*(\d+(?:\.\d+)?)\s*b(?:illion)?(?: parameters)?$/i.exec(asked)
  if (size) return { model: '', upTo: parsePositive(size[1]!) }
  const found =
    models.find(({ slug }) => slug === asked) ??
    findNamed(models, asked, new Set(matrix.models.map((model) => model.name)))
  return { model: found?.slug ?? asked, upTo: null }
}

/** The text of the first field. */
export function writeHave({ gpu, budget }: Question, { gpus }: Catalogue): string {
  if (budget !== null) return `$${budget}/h`
  return gpus.find(({ id }) => id === gpu)?.name ?? gpu
}

/** The text of the second field. */
export function writeWant({ model, upTo }: Question, { models }: Catalogue): string {
  if (model === '') return upTo === null ? '' : `up to ${upTo}B`
  return models.find(({ slug }) => slug === model)?.name ?? model
}

/** The entry with that name; else, of those whose name has every word, one that was measured, that people look for, with a short name. */
export function findNamed<T extends Named>(
  list: readonly T[],
  text: string,
  measured: ReadonlySet<string>,
): T | undefined {
  const wanted = plain(text)
  const exact = list.find(({ name }) => name.toLowerCase() === text.toLowerCase())
  if (exact || wanted === '') return exact
  const words = wanted.split(' ')
  const place = ({ featured }: T) => featured ?? Number.MAX_SAFE_INTEGER
  return list
    .filter(({ name }) => words.every((word) => ` ${plain(name)}`.includes(/^\d/.test(word) ? ` ${word}` : word)))
    .sort(
      (a, b) =>
        Number(measured.has(b.name)) - Number(measured.has(a.name)) ||
        place(a) - place(b) ||
        a.name.length - b.name.length,
    )[0]
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
