import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { formatUsd, formatValue } from '../../../site/lib/format.ts'
import { answerQuestion, criterionOf } from '../../../site/lib/question/answer.ts'
import { backTest, backTestOf, estimateMeasured } from '../../../site/lib/question/estimate.ts'
import { readHave, readWant, writeHave, writeWant } from '../../../site/lib/question/fields.ts'
import { renderAnswer } from '../../../site/lib/question/render.ts'
import {
  BLANK,
  defaultQuestion,
  formatQuestion,
  parseQuestion,
  withQuestion,
} from '../../../site/lib/question/state.ts'
import { type Answer, CRITERIA, type Question } from '../../../site/lib/question/types.ts'
import { criterionText, describeEstimate, describeGap, headline, remarks } from '../../../site/lib/question/words.ts'
import { entry, figure } from '../matrix_fixture.ts'
import { FACTS } from './fixture.ts'

const ask = (over: Partial<Question>): Answer => answerQuestion(FACTS, { ...BLANK, ...over })
const ids = (answer: Answer) => answer.bars.map(({ entry }) => entry.id)
const DEFAULTS = defaultQuestion(FACTS)

describe('the rows of an answer', () => {
  test('for a model: the best of each GPU, fastest first; a larger lower bound stands above', () => {
    expect(ids(ask({ model: 'org--m1' }))).toEqual(['bound', '1-4', '1-3', '1-2', '1-1'])
    expect(headline(FACTS, ask({ model: 'org--m1' }))).toBe(
      'Fastest of 5 measured GPUs for M1-1B: NVIDIA GeForce RTX 5090 (vLLM, fp16), ≥ 400 tok/s.',
    )
  })
  test('several GPUs only where asked for', () => {
    expect(ids(ask({ model: 'org--m1', count: 2 }))).toEqual(['two'])
    expect(ids(ask({ model: 'org--m1', count: 'any' }))[0]).toBe('two')
  })
  test('for a GPU and a size: the largest model first; a model of 4.16 billion called 4B is one of 4B', () => {
    expect(ids(ask({ gpu: 'g2', upTo: 4 }))).toEqual(['4-2', '3-2', '2-2', '1-2'])
    expect(ids(ask({ gpu: 'g2', upTo: 3 }))).toEqual(['3-2', '2-2', '1-2'])
    expect(headline(FACTS, ask({ gpu: 'g2', upTo: 3 }))).toContain(
      'Largest of 3 measured models up to 3B on NVIDIA GeForce RTX 2090: M3-3B',
    )
  })
  test('within a budget: only what is rented for it, at any size', () => {
    expect(ids(ask({ model: 'org--m1', budget: 1, count: 'any' }))).toEqual(['bound', '1-4', '1-3', '1-2'])
  })
  test('for several users: the lowest measured load that has room, cheapest first, and nothing beyond what was measured', () => {
    expect(ids(ask({ model: 'org--m1', users: 10 }))).toEqual(['17-32'])
    expect(criterionOf({ ...BLANK, model: 'x', users: 10 })).toBe('cost')
    const many = ask({ model: 'org--m1', users: 100 })
    expect([ids(many), many.lower.map(({ entry }) => entry.id), many.measuredTo]).toEqual([[], ['33-64'], '33-64'])
    expect(headline(FACTS, many)).toMatchInlineSnapshot(
      `"Not measured with 100 users: M1-1B was measured with 33 – 64 users at most. Nothing is extrapolated."`,
    )
    expect(many.estimate).toBeNull()
  })
  test('limits leave rows out and say how many and why', () => {
    const answer = ask({ model: 'org--m1', tps: 350 })
    expect(ids(answer)).toEqual(['bound'])
    expect(remarks(answer).join(' ')).toContain('4 slower than 350 tok/s')
    const none = ask({ model: 'org--m1', tps: 401, ttft: 50 })
    expect(none.left.map(({ rows }) => rows).reduce((a, b) => a + b)).toBe(5)
    expect(none.left).toContainEqual({ reason: 'not known to reach 401 tok/s (end-to-end speed only)', rows: 1 })
    expect(none.waysOut.map(({ text, results }) => [text, results])).toContainEqual(['Without limits', 6])
  })
})

test('community figures rank by their intervals: overlapping ones are indistinguishable, few contributors give no rank', () => {
  const community = (id: string, gpu: number, p50: number, evidence = 'ranked') =>
    entry({
      ...{ id, gpu, kind: 'community', source: 'community', evidence, contributors: 9 },
      figures: { decode_tps: { ...figure(p50), interval: evidence === 'ranked' ? [p50 - 5, p50 + 5] : null } },
    })
  const say = (...entries: ReturnType<typeof entry>[]) => {
    const facts = { ...FACTS, matrix: { ...FACTS.matrix, entries } }
    return headline(facts, answerQuestion(facts, { ...BLANK, model: 'org--m1' }))
  }
  expect(say(community('a', 0, 60), community('b', 1, 52))).toContain('indistinguishable: NVIDIA GeForce RTX 1090')
  expect(say(community('a', 0, 60), community('b', 1, 40))).toMatch(
    /^Fastest of 2 measured GPUs for M1-1B: NVIDIA GeForce RTX 1090/,
  )
  expect(say(community('a', 0, 60, 'provisional'), community('b', 1, 40))).toContain('too few contributors to rank')
})

describe('what was not measured', () => {
  const gap = ask({ gpu: 'g5', model: 'org--m3' })
  test('is said, with the nearest measured and the command that fills the gap', () => {
    expect(headline(FACTS, gap)).toBe('Not measured yet: M3-3B on NVIDIA GeForce RTX 5090, for one user.')
    expect(gap.nearest.map(({ entry }) => entry.id)).toEqual(['3-4', '3-3', 'bound'])
    expect(describeGap(FACTS, gap)[0]!.command).toContain(
      'bench --url http://127.0.0.1:8000 --model org/M3 --out samples.jsonl',
    )
  })
  test('for several users, the command measures every doubling of them up to what was asked', () => {
    const { command } = describeGap(FACTS, ask({ gpu: 'g5', model: 'org--m3', users: 50 }))[0]!
    expect(command).toMatch(/bench .* --model org\/M3 .* --concurrency 1,2,4,8,16,32,50$/)
  })
  test('is estimated from bandwidth, with the error of the back-test; the fixture reaches half of its limit everywhere', () => {
    expect(gap.estimate!.tps).toBeCloseTo((1000 / (3 * 1.04 * 2)) * 0.5, 6)
    expect(describeEstimate(FACTS, gap)).toContain('within a factor of 1.00 for half')
    expect(backTest(estimateMeasured(FACTS))).toMatchObject({ pairs: 16 })
    expect(backTestOf(FACTS, 'consumer')!.most).toBeCloseTo(1, 9)
  })
  test('is no estimate where the weights do not fit', () => {
    const large = ask({ gpu: 'g5', model: 'org--m40' })
    expect(describeEstimate(FACTS, large)).toContain(
      'At Q4_K_M the weights alone are about 25.0 GB, more than the 24.0 GB',
    )
  })
  test('is told apart from what the catalogue does not know', () => {
    expect(headline(FACTS, ask({ gpu: 'rtx 9999' }))).toBe('The catalogue has no GPU called “rtx 9999”.')
    expect(headline(FACTS, ask({ model: 'no such' }))).toBe('The catalogue has no model called “no such”.')
    expect(ask({ gpu: 'rtx 9999' }).waysOut.length).toBeGreaterThan(0)
  })
})

const QUESTIONS = fc.record({
  gpu: fc.constantFrom('', 'g1', 'g2', 'g4', 'g5', 'never', 'unknown'),
  count: fc.constantFrom<Question['count']>(1, 2, 'any'),
  budget: fc.constantFrom(null, 1, 2),
  model: fc.constantFrom('', 'org--m1', 'org--m2', 'org--m5', 'org--m40', 'unknown'),
  upTo: fc.constantFrom(null, 2, 4),
  users: fc.constantFrom(1, 6, 30, 500),
  ttft: fc.constantFrom(null, 150, 450),
  tps: fc.constantFrom(null, 60, 350),
  by: fc.constantFrom<Question['by']>('', ...CRITERIA),
})

test('no headline contradicts its rows: it names the first, whose value none beats, and counts them', () => {
  fc.assert(
    fc.property(QUESTIONS, (question) => {
      const answer = answerQuestion(FACTS, question)
      const text = headline(FACTS, answer)
      const { bars, by } = answer
      const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
      const html = renderAnswer({ document, facts: FACTS, answer, defaults: DEFAULTS, most: 5 })
      expect(html[0]!.textContent).toBe(text)
      if (bars.length === 0) {
        expect(text).toMatch(/^(Not measured|No measured|The catalogue has no)/)
        expect(html.some((part) => part.classList.contains('ways-out'))).toBe(answer.waysOut.length > 0)
        return
      }
      expect(text).toContain(criterionText(bars[0]!, by))
      if (bars.length > 1) expect(text).toContain(`of ${bars.length} measured`)
      for (const bar of bars) {
        if (by === 'cost') expect(bar.cost!.p50).toBeGreaterThanOrEqual(bars[0]!.cost!.p50)
        if (by === 'ttft') expect(bar.ttft!.p50).toBeGreaterThanOrEqual(bars[0]!.ttft!.p50)
        if (by === 'speed') expect(bar.speed.figure.p50).toBeLessThanOrEqual(bars[0]!.speed.figure.p50)
        if (question.tps !== null) expect(bar.speed.figure.p50).toBeGreaterThanOrEqual(question.tps)
        if (question.ttft !== null) expect(bar.ttft!.p50).toBeLessThanOrEqual(question.ttft)
        if (question.count !== 'any') expect(bar.entry.gpuCount).toBe(question.count)
      }
      const shown = html.map((part) => part.textContent).join(' ')
      expect(shown).toContain(formatValue(bars[0]!.speed.figure.p50))
      if (bars[0]!.cost) expect(shown).toContain(`$${formatUsd(bars[0]!.cost.p50)}`)
      for (const way of answer.waysOut) expect(answerQuestion(FACTS, way.question).bars).toHaveLength(way.results)
    }),
    { numRuns: 200 },
  )
})

test('every way out leads to as many results as it says', () => {
  fc.assert(
    fc.property(QUESTIONS, (question) => {
      for (const way of answerQuestion(FACTS, question).waysOut) {
        expect(answerQuestion(FACTS, way.question).bars).toHaveLength(way.results)
      }
    }),
    { numRuns: 60 },
  )
})

test('every question survives its address, beside the filters of the matrix', () => {
  fc.assert(
    fc.property(QUESTIONS, (question) => {
      const query = withQuestion('?metric=cost&users=9', question, DEFAULTS)
      expect(parseQuestion(query, DEFAULTS)).toEqual(question)
      expect(new URLSearchParams(query).get('metric')).toBe('cost')
    }),
  )
  expect(formatQuestion(DEFAULTS, DEFAULTS)).toEqual([])
  expect(parseQuestion('?have=x&users=-2&tps=fast&count=0', DEFAULTS)).toEqual({ ...BLANK, gpu: 'x' })
})

describe('the fields', () => {
  test.each([
    ['', { gpu: '', budget: null }],
    ['3090', { gpu: 'g3', budget: null }],
    ['2x rtx 4090', { gpu: 'g4', budget: null, count: 2 }],
    ['$2/h', { gpu: '', budget: 2, count: 'any' }],
    ['1.5 usd per hour', { gpu: '', budget: 1.5, count: 'any' }],
    ['a toaster', { gpu: 'a toaster', budget: null }],
  ])('I have %s', (text, expected) => {
    expect(readHave(text, FACTS)).toEqual(expected)
  })
  test.each([
    ['up to 32B', { model: '', upTo: 32 }],
    ['≤ 7b', { model: '', upTo: 7 }],
    ['m2', { model: 'org--m2', upTo: null }],
    ['M4-4B', { model: 'org--m4', upTo: null }],
    ['no such', { model: 'no such', upTo: null }],
  ])('and want %s', (text, expected) => {
    expect(readWant(text, FACTS)).toEqual(expected)
  })
  test('what is written into them is read as the same', () => {
    for (const question of [
      { ...BLANK, gpu: 'g4' },
      { ...BLANK, budget: 2.5, count: 'any' as const },
      { ...BLANK, gpu: 'what' },
    ])
      expect({ ...question, ...readHave(writeHave(question, FACTS.catalogue), FACTS) }).toEqual(question)
    for (const question of [
      { ...BLANK, model: 'org--m3' },
      { ...BLANK, upTo: 32 },
    ])
      expect({ ...question, ...readWant(writeWant(question, FACTS.catalogue), FACTS) }).toEqual(question)
  })
})
