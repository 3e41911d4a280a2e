import { groupBy } from '../group_by.ts'
import { MEASUREMENT_TYPES } from '../labels.ts'
import { columnsOf } from './columns.ts'
import type { Entry, Matrix } from './entries.ts'
import { figureOf, MEASURES, type Measure } from './measures.ts'
import { ANY_COUNT, FACETS, type Facet, type MatrixState } from './state.ts'

/** Whether the entry at a position passes. */
type Test = (i: number) => boolean
/** The filter that a test belongs to. Counts for a filter ignore its own test, so that they say what each value would show. */
type Key = Facet | 'type' | 'metric' | 'memory' | 'search'

/** The value of an entry that a facet chooses by. */
export function facetValue(matrix: Matrix, entry: Entry, facet: Facet): string {
  if (facet === 'gpu') return matrix.gpus[entry.gpu]!.id
  if (facet === 'engine') return matrix.engines[entry.engine]!.id
  return facet === 'gpus' ? String(entry.gpuCount) : entry[facet]
}

/** Positions of the entries that pass the filters and have a figure of the chosen measure. */
export function filterPositions(matrix: Matrix, state: MatrixState): number[] {
  const tests = [...testsOf(matrix, state).values()]
  const found: number[] = []
  next: for (let i = 0; i < matrix.entries.length; i++) {
    for (const test of tests) if (!test(i)) continue next
    found.push(i)
  }
  return found
}

/** The entries that pass the filters and have a figure of the chosen measure. */
export function filterEntries(matrix: Matrix, state: MatrixState): Entry[] {
  return filterPositions(matrix, state).map((i) => matrix.entries[i]!)
}

/** A test per filter that is set: each test runs over every entry, and most filters are not set. */
function testsOf(matrix: Matrix, state: MatrixState): Map<Key, Test> {
  const { entries } = matrix
  const tests = new Map<Key, Test>()
  const { type, medians: mediansBy, fewest } = columnsOf(matrix)
  const medians = mediansBy(state.metric)
  const wantedType = MEASUREMENT_TYPES.indexOf(state.type)
  tests.set('metric', (i) => !Number.isNaN(medians[i]!))
  tests.set('type', (i) => type[i] === wantedType)
  if (state.search.trim() !== '') tests.set('search', searchTest(matrix, state.search))
  if (state.memory !== '') {
    tests.set('memory', (i) => (memoryOf(matrix, entries[i]!) ?? Number.POSITIVE_INFINITY) <= Number(state.memory))
  }
  if (state.gpus.length === 0) tests.set('gpus', (i) => fewest(state.metric)[i] === 1)
  for (const facet of FACETS) {
    if (state[facet].length === 0 || (facet === 'gpus' && state.gpus.includes(ANY_COUNT))) continue
    const wanted = new Set(state[facet])
    tests.set(facet, (i) => wanted.has(facetValue(matrix, entries[i]!, facet)))
  }
  return tests
}

/** The accelerator memory of a run over all its GPUs, in GB; undefined if it is unknown or shared with the CPU. */
export function memoryOf(matrix: Matrix, { gpu, gpuCount }: Entry): number | undefined {
  const { memoryGb, memoryShared } = matrix.gpus[gpu]!
  return memoryGb === null || memoryShared ? undefined : memoryGb * gpuCount
}

function searchTest(matrix: Matrix, search: string): Test {
  const found = findModels(matrix, search)
  const { model } = columnsOf(matrix)
  return (i) => found[model[i]!]!
}

/** Which models a search finds: the one with exactly that name, else all whose name or id contains every word. */
export function findModels({ models }: Matrix, search: string): boolean[] {
  const wanted = plainName(search)
  const exact = models.map(({ name }) => plainName(name) === wanted)
  if (exact.includes(true)) return exact
  const words = search.toLowerCase().split(/\s+/)
  return models.map(({ name, slug }) => {
    const text = `${name} ${slug}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Without case and punctuation: `Meta-Llama-3-8B` is also found as `meta llama 3 8b`. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()

export interface Counts {
  facets: Record<Facet, Map<string, number>>
  types: Map<string, number>
  measures: Map<Measure, number>
  /** Figures by upper limit of memory, in GB. */
  memory: Map<number, number>
}

/** How many figures each value of each filter would leave, with all other filters kept. One pass: an entry that fails a single test counts for that filter only. */
export function countValues(matrix: Matrix, state: MatrixState, sizes: readonly number[]): Counts {
  const counts: Counts = {
    facets: Object.fromEntries(FACETS.map((facet) => [facet, new Map()])) as Counts['facets'],
    types: new Map(),
    measures: new Map(),
    memory: new Map(),
  }
  const tests = [...testsOf(matrix, state)]
  matrix.entries.forEach((entry, i) => {
    const failed = tests.filter(([, test]) => !test(i)).map(([key]) => key)
    if (failed.length <= 1) countEntry(matrix, entry, failed[0], counts, sizes)
  })
  return counts
}

function countEntry(matrix: Matrix, entry: Entry, failed: Key | undefined, counts: Counts, sizes: readonly number[]) {
  const open = (key: Key) => failed === undefined || failed === key
  for (const facet of FACETS) if (open(facet)) add(counts.facets[facet], facetValue(matrix, entry, facet))
  if (open('type')) add(counts.types, entry.type)
  if (open('metric'))
    for (const measure of MEASURES) if (figureOf(matrix, entry, measure)) add(counts.measures, measure)
  if (open('memory')) {
    const memory = memoryOf(matrix, entry)
    for (const size of sizes) if (memory !== undefined && memory <= size) add(counts.memory, size)
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The number of distinct models or GPUs among entries. */
export function countDistinct(entries: Entry[], key: 'model' | 'gpu'): number {
  return groupBy(entries, (entry) => entry[key]).size
}
