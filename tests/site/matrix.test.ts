import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { METRICS } from '../../contracts/metrics.ts'
import { decodeMatrix, encodeMatrix } from '../../site/lib/matrix/codec.ts'
import { describeFigure, describeGrid } from '../../site/lib/matrix/describe.ts'
import { renderGrid } from '../../site/lib/matrix/render_grid.ts'
import { renderList } from '../../site/lib/matrix/render_list.ts'
import { buildGrid, buildList, widerMetric } from '../../site/lib/matrix/select.ts'
import {
  defaultState,
  formatState,
  type MatrixState,
  ORDERS,
  parseState,
  SORT_KEYS,
  VIEWS,
} from '../../site/lib/matrix/state.ts'
import { KINDS, MEASUREMENT_TYPES } from '../../site/lib/words.ts'
import { entry, HOSTILE, MATRIX } from './matrix_fixture.ts'

const STATE = defaultState(MATRIX)
const newDocument = () => parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document

describe('the grid', () => {
  test('shows the best figure of a cell and keeps the others, never an average', () => {
    const cell = buildGrid(MATRIX, STATE).rows[0]!.cells[0]!
    expect(cell.figure.p50).toBe(90)
    expect(cell.entries.map(({ id }) => id)).toEqual(['fast', 'ours', 'slow'])
  })
  test('takes the lowest as the best where lower is better', () => {
    const cell = buildGrid(MATRIX, { ...STATE, metric: 'ttft_ms' }).rows[0]!.cells[0]!
    expect(cell.best.id).toBe('slow')
    expect(cell.fifth).toBeGreaterThan(0)
  })
  test('never mixes measurement types', () => {
    const types = (state: MatrixState) =>
      buildGrid(MATRIX, state).rows.flatMap(({ cells }) => cells.flatMap((c) => c?.entries.map((e) => e.type) ?? []))
    expect(new Set(types(STATE))).toEqual(new Set(['single_stream']))
    expect(types({ ...STATE, type: 'batched_online' })).toEqual(['batched_online'])
  })
  test('applies every filter', () => {
    const ids = (over: Partial<MatrixState>) => buildList(MATRIX, { ...STATE, ...over }).map(({ id }) => id)
    expect(ids({ kind: 'community' })).toEqual(['ours'])
    expect(ids({ engine: 'llama.cpp' })).toEqual(['fast'])
    expect(ids({ gpus: '2' })).toEqual(['ours'])
    expect(ids({ quantization: 'Q4_K_M' })).toEqual(['fast'])
    expect(ids({ source: 'community' })).toEqual(['ours'])
    expect(ids({ search: 'ALPHA 8b' })).toEqual(['fast', 'ours', 'slow'])
    expect(ids({ search: 'nothing' })).toEqual([])
  })
  test('begins with the GPUs that the models at the top have', () => {
    const alone = [3, 4, 5].map((model) => entry({ id: `m${model}`, model, gpu: 1 }))
    const pair = [0, 1].map((gpu) => entry({ id: `p${gpu}`, model: 0, gpu: gpu * 2 }))
    const models = [0, 1, 2, 3, 4, 5].map((i) => ({ slug: `m${i}`, name: `M${i}`, paramsB: i }))
    const gpus = ['a', 'b', 'c'].map((id) => ({ id, name: id, memoryGb: null }))
    const grid = buildGrid({ ...MATRIX, models, gpus, entries: [...alone, ...pair] }, STATE)
    expect(grid.rows[0]!.cells.map((cell) => cell !== undefined)).toEqual([false, true, true])
    const wide = { ...MATRIX, models, gpus, entries: [alone[0]!, ...pair] }
    expect(buildGrid(wide, STATE).gpus.map(({ id }) => id)).toEqual(['a', 'c', 'b'])
  })
  test('knows the metric that covers clearly more', () => {
    expect(widerMetric(MATRIX, STATE)).toBeNull()
    expect(widerMetric(MATRIX, { ...STATE, metric: 'ttft_ms' })).toEqual({ metric: 'decode_tps', figures: 4 })
  })
  test('says in words what is shown and what is hidden', () => {
    expect(describeGrid(STATE, buildGrid(MATRIX, STATE))).toMatchInlineSnapshot(
      `"Decode speed, median in tok/s. Single stream: one request alone on the engine: what one user sees. Where several figures share a cell, the best one is shown and +N counts the others (2 in all); nothing is averaged."`,
    )
  })
})

describe('a rendered table', () => {
  test('carries median, spread, n, source and kind of every figure, and marks empty cells', () => {
    const table = renderGrid(newDocument(), MATRIX, STATE, buildGrid(MATRIX, STATE))
    const first = table.querySelector('tbody td')!
    expect(first.querySelector('a')!.getAttribute('title')).toMatchInlineSnapshot(
      `"90.0 tok/s median · p25–p75 86.0–95.0 · n 5 · llama.cpp, Q4_K_M, 1 GPU · curated: The Lab · prompt tokens ≤ 128 · 2025-01 to 2025-02"`,
    )
    expect(first.textContent).toBe('90.0+286.0–95.0◇ n 5 · Q4_K_M')
    expect(table.querySelectorAll('td[aria-label="no data"]')).toHaveLength(2)
  })
  test('tells community figures apart in words, with their interval', () => {
    const ours = MATRIX.entries.find(({ id }) => id === 'ours')!
    expect(describeFigure(MATRIX, ours, 'decode_tps')).toContain(
      'community: 9 contributors, ranked, 95 % interval 55.0–66.0',
    )
  })
  test('says where time to first token is rolled up over prompt sizes', () => {
    const state = { ...STATE, metric: 'ttft_ms' } as const
    const table = renderGrid(newDocument(), MATRIX, state, buildGrid(MATRIX, state))
    expect(table.textContent).toContain('2 prompt sizes')
  })
  test('shows hostile names as text, in both views', () => {
    for (const table of [
      renderGrid(newDocument(), MATRIX, STATE, buildGrid(MATRIX, STATE)),
      renderList(newDocument(), MATRIX, STATE, buildList(MATRIX, STATE)),
    ]) {
      const { document } = parseHTML(`<!doctype html><html><body>${table.outerHTML}</body></html>`)
      expect(document.querySelectorAll('img, script')).toHaveLength(0)
      expect(document.body.textContent).toContain(HOSTILE)
    }
  })
})

test('the compact file decodes to what was encoded, to four digits', () => {
  expect(decodeMatrix(JSON.parse(JSON.stringify(encodeMatrix(MATRIX))))).toEqual(MATRIX)
})

test('every state survives its own query string', () => {
  const states = fc.record({
    metric: fc.constantFrom(...METRICS),
    type: fc.constantFrom(...MEASUREMENT_TYPES),
    engine: fc.string(),
    quantization: fc.string(),
    gpus: fc.string(),
    source: fc.string(),
    kind: fc.constantFrom(...KINDS, '' as const),
    search: fc.string({ unit: 'grapheme' }),
    order: fc.constantFrom(...ORDERS),
    view: fc.constantFrom(...VIEWS),
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
  expect(parseState('?metric=speed&type=x&view=tree&sort=-price&kind=both', STATE)).toEqual({
    ...STATE,
    descending: true,
  })
})
