import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { MEASUREMENT_TYPES } from '../../site/lib/labels.ts'
import { factorText, relateTo, toneOf } from '../../site/lib/matrix/baseline.ts'
import { decodeMatrix, encodeMatrix } from '../../site/lib/matrix/codec.ts'
import {
  describeEmpty,
  describeFigure,
  describeNothing,
  describeScope,
  describeShown,
  isWeak,
} from '../../site/lib/matrix/describe.ts'
import type { Matrix } from '../../site/lib/matrix/entries.ts'
import { exportRows } from '../../site/lib/matrix/export.ts'
import { countValues, filterEntries, findModels } from '../../site/lib/matrix/filters.ts'
import { figureOf, formatOf, MEASURES, valueText } from '../../site/lib/matrix/measures.ts'
import { renderGrid } from '../../site/lib/matrix/render_grid.ts'
import { renderList } from '../../site/lib/matrix/render_list.ts'
import { makeScale } from '../../site/lib/matrix/scale.ts'
import { buildGrid, showsList, sortList } from '../../site/lib/matrix/select.ts'
import {
  defaultState,
  formatState,
  type MatrixState,
  ORDERS,
  parseState,
  SCALES,
  SCOPES,
  SORT_KEYS,
  VIEWS,
} from '../../site/lib/matrix/state.ts'
import { entry, figure, HOSTILE, MATRIX } from './matrix_fixture.ts'

const STATE = defaultState(MATRIX)
const newDocument = () => parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
const byId = (id: string) => MATRIX.entries.find((candidate) => candidate.id === id)!

function gridTable(state: MatrixState, live = false): HTMLElement {
  const grid = buildGrid(MATRIX, state)
  const extent = { top: 0, bottom: grid.models.length, left: 0, right: grid.gpus.length }
  const relation = relateTo(MATRIX, state, grid)
  return renderGrid({ document: newDocument(), matrix: MATRIX, state, grid, relation, extent, live })
}

function listTable(state: MatrixState): HTMLElement {
  const grid = buildGrid(MATRIX, state)
  const entries = sortList(MATRIX, state, grid.entries)
  const view = { document: newDocument(), matrix: MATRIX, state, relation: relateTo(MATRIX, state, grid), live: true }
  const { table, row } = renderList(view, entries)
  table.querySelector('tbody')!.append(...entries.map(row))
  return table
}

describe('the grid', () => {
  test('shows the best figure of a cell and counts the others, never an average', () => {
    const cell = buildGrid(MATRIX, STATE).cellAt(0, 0)!
    expect([cell.best.id, cell.figure.p50, cell.others]).toEqual(['fast', 90, 1])
  })
  test('shows one GPU where it was measured, else the fewest; any number only where asked for', () => {
    const four = entry({ id: 'four', model: 1, gpu: 0, gpuCount: 4, figures: { decode_tps: figure(70) } })
    const eight = { ...four, id: 'eight', gpuCount: 8 }
    const matrix = { ...MATRIX, entries: [...MATRIX.entries, four, eight] }
    const shown = (gpus: string[]) => buildGrid(matrix, { ...STATE, gpus }).entries.map(({ id }) => id)
    expect(shown([])).toEqual(['slow', 'fast', 'other', 'four'])
    expect(shown(['any'])).toEqual(['slow', 'fast', 'ours', 'other', 'four', 'eight'])
    expect(shown(['8'])).toEqual(['eight'])
  })
  test('shows decode speed, and end-to-end speed as a lower bound where that is all there is', () => {
    const matrix = { ...MATRIX, entries: [entry({ figures: { e2e_tps: figure(50) } })] }
    const { best } = buildGrid(matrix, STATE).cellAt(0, 0)!
    expect(valueText(matrix, best, 'speed')).toBe('≥ 50.0')
    expect(valueText(MATRIX, byId('fast'), 'speed')).toBe('90.0')
  })
  test('shows what people look for, in that order and by group, and the rest on request', () => {
    const featured = (list: { name: string }[], places: (number | null)[]) =>
      list.map((one, i) => ({ ...one, featured: places[i]! }))
    const matrix = {
      ...MATRIX,
      models: featured(MATRIX.models, [1, null]) as Matrix['models'],
      gpus: featured(MATRIX.gpus, [1, 2]) as Matrix['gpus'],
    }
    const grid = buildGrid(matrix, STATE)
    expect([grid.models, grid.gpus, grid.hidden]).toEqual([[0], [0], { models: 1, gpus: 1 }])
    expect(describeScope(STATE, grid)).toBe('Show all 2 models × 2 GPUs')
    expect(buildGrid(matrix, { ...STATE, scope: 'all' }).models).toEqual([0, 1])
    expect(showsList(STATE, grid)).toBe(false)
  })
  test('takes the lowest as the best where lower is better', () => {
    expect(buildGrid(MATRIX, { ...STATE, metric: 'ttft_ms' }).cellAt(0, 0)!.best.id).toBe('slow')
  })
  test('never mixes measurement types', () => {
    const types = (state: MatrixState) => new Set(buildGrid(MATRIX, state).entries.map(({ type }) => type))
    expect(types(STATE)).toEqual(new Set(['single_stream']))
    expect(types({ ...STATE, type: 'batched_online' })).toEqual(new Set(['batched_online']))
  })
  test('begins with the models and GPUs that share most figures', () => {
    const models = [0, 1, 2, 3].map((i) => ({ slug: `m${i}`, name: `M${i}`, paramsB: i, featured: null }))
    const gpus = [0, 1, 2, 3].map((i) => ({ ...MATRIX.gpus[1]!, id: `g${i}`, name: `G${i}` }))
    const pairs = [
      [0, 3],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
      [3, 0],
    ] as const
    const entries = pairs.map(([model, gpu]) => entry({ id: `${model}${gpu}`, model, gpu }))
    const grid = buildGrid({ ...MATRIX, models, gpus, entries }, { ...STATE, order: 'measured' })
    expect(grid.models).toEqual([1, 2, 3, 0])
    expect(grid.gpus).toEqual([0, 1, 3])
  })
  test('puts the pinned GPU first', () => {
    expect(buildGrid(MATRIX, { ...STATE, base: 'gpu-two' }).gpus).toEqual([1, 0])
  })
  test('gives way to the list where one model or one GPU is all there is', () => {
    const shows = (over: Partial<MatrixState>) =>
      showsList({ ...STATE, ...over }, buildGrid(MATRIX, { ...STATE, ...over }))
    expect(shows({})).toBe(false)
    expect(shows({ gpu: ['gpu-one'] })).toBe(true)
    expect(shows({ search: 'alpha 8b' })).toBe(true)
    expect(shows({ gpu: ['gpu-one'], view: 'grid' })).toBe(false)
  })
})

describe('filters', () => {
  const ids = (over: Partial<MatrixState>) =>
    filterEntries(MATRIX, { ...STATE, gpus: ['any'], ...over }).map(({ id }) => id)
  test('each narrows by its values; several values of one add up', () => {
    expect(ids({ kind: ['community'] })).toEqual(['ours'])
    expect(ids({ engine: ['llama.cpp'] })).toEqual(['fast'])
    expect(ids({ engine: ['llama.cpp', 'vllm'] })).toEqual(['slow', 'fast', 'ours', 'other'])
    expect(ids({ gpus: ['2'] })).toEqual(['ours'])
    expect(ids({ gpu: ['gpu-two'] })).toEqual(['other'])
    expect(ids({ quantization: ['Q4_K_M'] })).toEqual(['fast'])
    expect(ids({ source: ['community'] })).toEqual(['ours'])
    expect(ids({ search: 'nothing' })).toEqual([])
  })
  test('memory counts all GPUs of a run; unknown and shared memory never fits', () => {
    expect(ids({ memory: '24' })).toEqual(['slow', 'fast'])
    expect(ids({ memory: '48' })).toEqual(['slow', 'fast', 'ours'])
    const shared = { ...MATRIX, gpus: MATRIX.gpus.map((gpu) => ({ ...gpu, memoryShared: true })) }
    expect(filterEntries(shared, { ...STATE, memory: '48' })).toEqual([])
  })
  test('a full name finds one model, words find all that hold them', () => {
    const models = ['Llama-3-8B', 'Llama-3-8B-Instruct'].map((name) => ({
      slug: name,
      name,
      paramsB: 8,
      featured: null,
    }))
    expect(findModels({ ...MATRIX, models }, ' llama 3 8b ')).toEqual([true, false])
    expect(findModels({ ...MATRIX, models }, '8b llama')).toEqual([true, true])
  })
  test('counts say what choosing a value would show, the other filters kept', () => {
    const values = fc.record({
      engine: fc.subarray(['vllm', 'llama.cpp']),
      kind: fc.subarray(['curated', 'community']),
      gpus: fc.subarray(['1', '2']),
      memory: fc.constantFrom('', '24', '48'),
      search: fc.constantFrom('', 'alpha'),
    })
    fc.assert(
      fc.property(values, (over) => {
        const state = { ...STATE, ...over }
        const counts = countValues(MATRIX, state, [24])
        const shows = (change: Partial<MatrixState>) => filterEntries(MATRIX, { ...state, ...change }).length
        expect(counts.facets.engine.get('vllm') ?? 0).toBe(shows({ engine: ['vllm'] }))
        expect(counts.facets.kind.get('community') ?? 0).toBe(shows({ kind: ['community'] }))
        expect(counts.types.get('batched_online') ?? 0).toBe(shows({ type: 'batched_online' }))
        expect(counts.memory.get(24) ?? 0).toBe(shows({ memory: '24' }))
        expect(counts.measures.get('ttft_ms') ?? 0).toBe(shows({ metric: 'ttft_ms' }))
      }),
    )
  })
})

describe('the baseline', () => {
  const relate = (id: string, over: Partial<MatrixState> = {}) => {
    const state = { ...STATE, ...over }
    return relateTo(MATRIX, state, buildGrid(MATRIX, state))(byId(id))
  }
  test('is the best figure of the model, until a GPU is pinned', () => {
    expect(relate('slow')).toMatchObject({ base: { id: 'fast' }, factor: 40 / 90, alike: false })
    expect(relate('fast')).toMatchObject({ isBase: true })
    expect(relate('slow', { base: 'gpu-two' })).toBeUndefined()
    expect(relate('other', { base: 'gpu-two' })).toMatchObject({ isBase: true })
  })
  test('turns the gain round where lower is better', () => {
    expect(relate('fast', { metric: 'ttft_ms' })).toMatchObject({ base: { id: 'slow' }, factor: 3, gain: 1 / 3 })
  })
  test('is told by a factor, an arrow and a mark for unlike runs, and by a colour', () => {
    const base = byId('fast')
    const say = (gain: number, factor: number, alike = true, pinned = true) =>
      factorText({ base, isBase: false, gain, factor, alike }, pinned)
    expect([say(2, 2), say(0.5, 0.5), say(1.05, 1.05), say(0.5, 2, false), say(0.5, 0.5, true, false)]).toEqual([
      '▲ 2.00×',
      '▼ 0.50×',
      '1.05×',
      '▼ ~2.00×',
      '0.50×',
    ])
    const tone = (gain: number, pinned: boolean) =>
      toneOf({ base, isBase: false, gain, factor: gain, alike: true }, pinned)
    expect([0.05, 0.2, 0.4, 0.7, 1].map((gain) => tone(gain, false))).toEqual(['s1', 's2', 's3', 's4', 's5'])
    expect([0.3, 0.7, 1, 1.5, 3].map((gain) => tone(gain, true))).toEqual(['w2', 'w1', 's0', 's3', 's5'])
    expect(toneOf(undefined, true)).toBe('s0')
  })
})

describe('cost', () => {
  const costly = entry({ gpuCount: 2, figures: { e2e_tps: { ...figure(50), interval: [40, 60] } } })
  test('is the rent over the tokens of an hour, its spread turned round', () => {
    const cost = figureOf(MATRIX, costly, 'cost')!
    expect(cost.p50).toBeCloseTo((2 * 0.5 * 1e6) / (3600 * 50), 9)
    expect(cost.p25).toBeCloseTo(1e6 / (3600 * 55), 9)
    expect(cost.interval![0]).toBeCloseTo(1e6 / (3600 * 60), 9)
    expect(describeFigure(MATRIX, costly, 'cost')).toContain(
      'one user; $1.00/h, cheapest on demand (host, 2026-10-01, from a listing of 1 GPU, per GPU × 2)',
    )
  })
  test('is unknown without a price or a speed', () => {
    expect(figureOf(MATRIX, { ...costly, gpu: 1 }, 'cost')).toBeUndefined()
    expect(figureOf(MATRIX, entry({ figures: { ttft_ms: figure(100) } }), 'cost')).toBeUndefined()
    expect(figureOf(MATRIX, entry({ gpuCount: 4, figures: { e2e_tps: figure(50) } }), 'cost')).toBeUndefined()
  })
})

describe('a rendered table', () => {
  test('carries median, unit, spread, n, source and kind of every figure, and marks empty cells', () => {
    const table = gridTable(STATE)
    const first = table.querySelector('tbody td')!
    expect(first.querySelector('a')!.getAttribute('title')).toMatchInlineSnapshot(
      `"90.0 tok/s median · p25–p75 86.0–95.0 · n 5 · llama.cpp, Q4_K_M, 1 GPU · curated: The Lab · prompt tokens ≤ 128 · 2025-01 to 2025-02"`,
    )
    expect(first.textContent).toMatchInlineSnapshot(`"90.0 tok/sQ4_K_M+1"`)
    expect(table.querySelectorAll('td[aria-label="no data"]')).toHaveLength(2)
  })
  test('renders only its extent, with spacers that say how much is left out', () => {
    const grid = buildGrid(MATRIX, STATE)
    const extent = { top: 1, bottom: 2, left: 1, right: 2 }
    const table = renderGrid({
      document: newDocument(),
      matrix: MATRIX,
      state: STATE,
      grid,
      relation: () => undefined,
      extent,
      live: true,
    })
    expect(table.querySelectorAll('[data-at]')).toHaveLength(1)
    expect(table.querySelector('tr.gap')!.getAttribute('data-rows')).toBe('1')
    expect(table.getAttribute('aria-rowcount')).toBe('3')
  })
  test('marks weak evidence, whatever the colour: few samples, or a community figure that is not ranked', () => {
    expect(isWeak(byId('ours'), figure(1, 2))).toBe(false)
    expect(isWeak({ ...byId('ours'), evidence: 'provisional' }, figure(1, 500))).toBe(true)
    expect(isWeak(byId('slow'), figure(1, 4))).toBe(true)
    expect(isWeak(byId('slow'), figure(1, 5))).toBe(false)
  })
  test('tells community figures apart in words, with their interval', () => {
    expect(describeFigure(MATRIX, byId('ours'), 'decode_tps')).toContain(
      'community: 9 contributors, ranked, 95 % interval 55.0–66.0',
    )
  })
  test('says where time to first token is rolled up over prompt sizes', () => {
    expect(listTable({ ...STATE, metric: 'ttft_ms' }).textContent).toContain('2 prompt sizes')
  })
  test('shows hostile names as text, in both views', () => {
    for (const table of [gridTable(STATE), gridTable(STATE, true), listTable(STATE)]) {
      const { document } = parseHTML(`<!doctype html><html><body>${table.outerHTML}</body></html>`)
      expect(document.querySelectorAll('img, script')).toHaveLength(0)
      expect(document.body.textContent).toContain(HOSTILE)
    }
  })
  test('leaves the model out of a list of one model', () => {
    const heads = (state: MatrixState) => [...listTable(state).querySelectorAll('thead th')].map((th) => th.textContent)
    expect(heads(STATE)[0]).toBe('Model')
    expect(heads({ ...STATE, search: 'alpha 8b' })[0]).toBe('GPU')
  })
})

describe('words', () => {
  test('say what is shown and that nothing is averaged', () => {
    expect(describeShown(STATE, buildGrid(MATRIX, STATE), false)).toMatchInlineSnapshot(`
      {
        "extent": "3 figures, 2 models × 2 GPUs. Speed, one user, median in tok/s.",
        "meaning": "Speed: how fast one user gets the answer: decode speed; ≥ where a source has end-to-end speed only; one request at a time, with the GPUs to itself. One GPU, or the fewest that were measured; ×N says how many. Each cell shows its best figure, +N counts the others. Nothing is averaged.",
      }
    `)
  })
  test('say what an empty cell lacks, and what else there is', () => {
    expect(describeEmpty(MATRIX, STATE, 1, 0)).toContain(
      'A published benchmark or runs shared by five contributors would fill it.',
    )
    expect(describeEmpty(MATRIX, { ...STATE, metric: 'prefill_tps' }, 0, 0)).toMatchInlineSnapshot(
      `"No prefill speed, one user, for Alpha 8B on NVIDIA GPU One. Measured for it: decode speed, time to first token, cost, several users."`,
    )
    expect(describeEmpty(MATRIX, { ...STATE, kind: ['community'] }, 1, 1)).toContain('The filters hide its figures.')
    expect(describeEmpty(MATRIX, { ...STATE, metric: 'cost' }, 0, 1)).toContain('No rental price')
  })
  test('offer a way out of an empty result', () => {
    expect(describeNothing(MATRIX, { ...STATE, search: 'alpha', kind: ['none'] })).toContain('3 figures for 1 model')
    expect(describeNothing(MATRIX, { ...STATE, search: 'zzz' })).toBe('No published figure passes these filters.')
  })
})

test('a scale holds all values between its ends, with round ticks', () => {
  const positive = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(positive, fc.constantFrom(...SCALES), (values, kind) => {
      const { at, ticks } = makeScale(values, kind)
      for (const value of values) expect(at(value)).toBeGreaterThanOrEqual(0)
      for (const value of values) expect(at(value)).toBeLessThanOrEqual(1)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.every((tick, i) => i === 0 || at(tick) > at(ticks[i - 1]!))).toBe(true)
      if (kind === 'linear') expect(at(Math.max(...values))).toBeGreaterThan(0.3)
    }),
  )
})

test('what is exported is what is listed, with the unit in the head', () => {
  const { head, rows } = exportRows(MATRIX, STATE, filterEntries(MATRIX, STATE))
  expect(head).toContain('speed_p50 (tok/s)')
  expect(rows.map((row) => row[head.indexOf('speed_p50 (tok/s)')])).toEqual([40, 90, 10])
  expect(rows.every((row) => row.length === head.length)).toBe(true)
})

test('the compact file decodes to what was encoded', () => {
  expect(decodeMatrix(JSON.parse(JSON.stringify(encodeMatrix(MATRIX))))).toEqual(MATRIX)
})

test('every measure of the compact file is written as that of the full one, the cost included', () => {
  const speed = fc.double({ min: 0.01, max: 1e5, noNaN: true })
  fc.assert(
    fc.property(speed, speed, speed, fc.option(fc.tuple(speed, speed), { nil: null }), (p25, p50, p75, interval) => {
      const one = { n: 5, p25, p50, p75, interval }
      const full = {
        ...MATRIX,
        entries: [entry({ gpuCount: 2, figures: { decode_tps: one, ttft_ms: one, e2e_tps: one } })],
      }
      const compact = decodeMatrix(JSON.parse(JSON.stringify(encodeMatrix(full))))
      const written = (matrix: Matrix) =>
        MEASURES.map((measure) => {
          const found = figureOf(matrix, matrix.entries[0]!, measure)
          return found && [found.p25, found.p50, found.p75, ...(found.interval ?? [])].map(formatOf(measure))
        })
      expect(written(compact)).toEqual(written(full))
    }),
  )
})

test('every state survives its own query string', () => {
  const some = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 3 })
  const states = fc.record({
    metric: fc.constantFrom(...MEASURES),
    type: fc.constantFrom(...MEASUREMENT_TYPES),
    search: fc.string({ unit: 'grapheme' }),
    memory: fc.constantFrom('', '8', '24', '4000'),
    gpu: some,
    engine: some,
    quantization: some,
    gpus: some,
    load: some,
    source: some,
    kind: some,
    base: fc.string(),
    order: fc.constantFrom(...ORDERS),
    view: fc.constantFrom(...VIEWS),
    scope: fc.constantFrom(...SCOPES),
    scale: fc.constantFrom(...SCALES),
    sort: fc.constantFrom(...SORT_KEYS),
    descending: fc.boolean(),
  })
  fc.assert(
    fc.property(states, (state) => {
      expect(parseState(formatState(state, STATE), STATE)).toEqual(state)
    }),
  )
})

test('the default state has no query string, and unknown values fall back to it', () => {
  expect(formatState(STATE, STATE)).toBe('')
  expect(parseState('?metric=speed&type=x&view=tree&sort=-price&memory=lots&density=x', STATE)).toEqual({
    ...STATE,
    descending: true,
  })
})
