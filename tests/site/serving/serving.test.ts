import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { answerServing } from '../../../site/lib/serving/answer.ts'
import { capacityOf, deliveredAt, holds, userSpeed } from '../../../site/lib/serving/capacity.ts'
import { servingCsv, servingSql } from '../../../site/lib/serving/export.ts'
import { hostedCost } from '../../../site/lib/serving/hosted.ts'
import { renderServing } from '../../../site/lib/serving/render.ts'
import { loadPoints } from '../../../site/lib/serving/render_curve.ts'
import { formatServing, parseServing, unknownParts } from '../../../site/lib/serving/state.ts'
import type { ServingModel } from '../../../site/lib/serving/types.ts'
import { servingHeadline } from '../../../site/lib/serving/words.ts'
import { HOSTILE } from '../answers/fixture.ts'
import { configuration, level, modelOf } from './fixture.ts'

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
const ask = (data: ServingModel, query: string) => {
  const question = parseServing(new URLSearchParams(query), data)
  const answer = answerServing(data, question)
  return { question, answer, head: servingHeadline(data, question, answer) }
}

test('the capacity is the highest measured load that holds, interpolated to the next one only, never beyond the last', () => {
  const levels = [level(1), level(4), level(16)]
  const any = { ttftMs: null, tps: null }
  expect(capacityOf(levels, any)).toEqual({ users: 16, basis: 'last' })
  expect(capacityOf(levels, { ttftMs: null, tps: 101 })).toBeNull()
  // 100/√users = 40 at 6.25 users; the first token is 600 ms at 6.
  expect(capacityOf(levels, { ttftMs: null, tps: 40 })).toEqual({ users: 6, basis: 'interpolated' })
  expect(capacityOf(levels, { ttftMs: 601, tps: 40 })).toEqual({ users: 6, basis: 'interpolated' })
  expect(capacityOf(levels, { ttftMs: 400, tps: null })).toEqual({ users: 4, basis: 'measured' })
  const untold = [level(1, { ttftMs: null }), level(4)]
  expect(capacityOf([level(4, { ttftMs: null })], { ttftMs: 9999, tps: null })).toBeNull()
  expect(capacityOf(untold, { ttftMs: 500, tps: null })).toEqual({ users: 4, basis: 'last' })
  expect(capacityOf([level(1), level(4, { ttftMs: null })], { ttftMs: 500, tps: null })).toEqual({
    users: 1,
    basis: 'measured',
  })
})

test('without decode speed, throughput over users is a bound: enough to hold a limit, never to interpolate towards one', () => {
  expect(userSpeed(level(4, { tps: null, outputTps: 80 }))).toEqual({ tps: 20, isLowerBound: true })
  const mixed = [level(1, { tps: 90 }), level(8, { tps: null, outputTps: 80 })]
  expect(capacityOf(mixed, { ttftMs: null, tps: 20 })).toEqual({ users: 1, basis: 'measured' })
})

test('figures between measured loads are interpolated and say so; outside of them there are none', () => {
  const levels = [level(4), level(16)]
  const at = deliveredAt(levels, 8)!
  expect(at.outputTps).toBeCloseTo(100 * 8 ** 0.5)
  expect(at.between!.map(({ users }) => users)).toEqual([4, 16])
  expect(deliveredAt(levels, 16)).toMatchObject({ between: null, tps: 25 })
  expect([deliveredAt(levels, 3), deliveredAt(levels, 17)]).toEqual([null, null])
})

const anyLevels = fc
  .uniqueArray(
    fc.record({
      users: fc.integer({ min: 1, max: 300 }),
      tps: fc.option(fc.integer({ min: 1, max: 200 })),
      ttftMs: fc.option(fc.integer({ min: 1, max: 5000 })),
      outputTps: fc.integer({ min: 1, max: 9000 }),
    }),
    { selector: ({ users }) => users, minLength: 1, maxLength: 5 },
  )
  .map((all) => all.sort((a, b) => a.users - b.users).map((one) => level(one.users, one)))
const anyModel = fc
  .array(
    fc.record({
      levels: anyLevels,
      gpu: fc.constantFrom('one', 'two', 'three'),
      gpuCount: fc.constantFrom(1, 8),
      prefillTps: fc.option(fc.constant(500)),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) => modelOf(all.map((one) => configuration(one))))
const anyQuery = fc.record({
  users: fc.integer({ min: 1, max: 500 }),
  tps: fc.integer({ min: 1, max: 100 }),
  ttft: fc.constantFrom('any', '200', '2000'),
  use: fc.constantFrom('100', '25'),
})

test('every option holds what was asked for, at a load that was measured; its costs follow from price and throughput', () => {
  fc.assert(
    fc.property(anyModel, anyQuery, (data, query) => {
      const { question, answer } = ask(data, String(new URLSearchParams(query as never)))
      for (const { at, load, machines, capacity, configuration: one, economics, price, usdPerHour } of answer.options) {
        const measured = one.levels.map(({ users }) => users)
        expect(capacity.users).toBeLessThanOrEqual(Math.max(...measured))
        expect(load).toBeLessThanOrEqual(capacity.users)
        expect(load * machines).toBeGreaterThanOrEqual(question.users)
        if (at) expect(holds({ ...at, tps: at.tps * (1 + 1e-9) }, question.slo)).toBe(true)
        else expect(economics.output).toBeNull()
        if (usdPerHour !== null) expect(usdPerHour).toBeCloseTo(price!.usdPerHour * machines)
        if (economics.output !== null)
          expect(economics.output).toBeCloseTo(
            (price!.usdPerHour * 1e6) / (3600 * at!.outputTps * question.basis.utilisation),
          )
      }
      expect(answer.counts.hold + answer.counts.miss + answer.counts.untold).toBe(answer.asked.length)
    }),
    { numRuns: 200 },
  )
})

test('the headline says what the first row of the table says, and no row with a price is cheaper', () => {
  fc.assert(
    fc.property(anyModel, anyQuery, (data, query) => {
      const { question, answer, head } = ask(data, String(new URLSearchParams(query as never)))
      const [section] = renderServing(document, data, question)
      expect(section!.querySelector('.answer-head')!.textContent).toBe(head)
      const prices = answer.options.map(({ usdPerHour }) => usdPerHour ?? Number.POSITIVE_INFINITY)
      expect(prices).toEqual([...prices].sort((a, b) => a - b))
      if (answer.options.length === 0) {
        expect(head).toMatch(/No measured configuration/)
        return
      }
      const cells = [...section!.querySelector('tbody tr')!.children].map((cell) => cell.firstChild!.textContent!)
      expect(head).toContain(cells[0])
      const [hour, million] = [/([\d.,]+) USD\/h/.exec(head)?.[1], /([\d.,]+) USD per 1M/.exec(head)?.[1]]
      expect([hour ?? 'not known', million ?? '–']).toEqual([cells[4], hour === undefined ? '–' : cells[5]])
      if (/Cheapest/.test(head)) expect(prices.filter(Number.isFinite).length).toBeGreaterThan(1)
    }),
    { numRuns: 60 },
  )
})

test('own prices, electricity and use replace list prices; energy follows from measured power, else from TDP as a bound', () => {
  const data = modelOf([configuration({ prefillTps: 1000, levels: [level(16, { powerW: 400 })] })])
  const [own] = ask(data, 'users=16&tps=any&ttft=any&price=3&kwh=0.5&use=50').answer.options
  // 3 USD/h and 0.4 kW at 0.5 USD/kWh; 400 tok/s; half of the time in use.
  expect(own!.usdPerHour).toBeCloseTo(3.2)
  expect(own!.economics.output).toBeCloseTo((3.2e6 / (3600 * 400)) * 2)
  expect(own!.economics.input).toBeCloseTo((3.2e6 / (3600 * 1000)) * 2)
  expect(own!.economics.energy).toEqual({ joules: 1, power: { watts: 400, basis: 'measured' } })
  const [bound] = loadPoints(data, [configuration()], parseServing(new URLSearchParams(), data))
  expect(bound!.economics.energy).toEqual({ joules: 3, power: { watts: 300, basis: 'TDP' } })
})

test('a hosted API costs its output and the prompts that belong to it, cached ones at their price, less the discount', () => {
  const quote = { input: 2, output: 8, cachedInput: 0.5, cachedShare: 0.5, batchDiscount: 0.5, promptRatio: 4 }
  expect(hostedCost(quote)).toBeCloseTo((8 + 4 * 1.25) / 2)
  expect(hostedCost({ ...quote, cachedInput: null })).toBeCloseTo((8 + 4 * 2) / 2)
  expect(hostedCost({ ...quote, output: null })).toBeNull()
})

test('the address carries all that was asked; a limit that was emptied is none; defaults leave it empty', () => {
  const data = modelOf([configuration(), configuration({ isOffline: true, quantization: 'fp16', prompt: 'le128' })])
  const round = (query: string) => formatServing(parseServing(new URLSearchParams(query), data), data, data.slug)
  expect(round('')).toBe('')
  const all =
    '?model=org--alpha&type=offline&quant=fp16&users=7&ttft=any&tps=15&price=1.5&kwh=0.3&use=40&api-in=2&api-out=8&cached=50&batch=25&ratio=3'
  expect(round(all)).toBe(all.replace('&api-in=2&api-out=8', '&api-in=2&api-out=8'))
  expect(parseServing(new URLSearchParams('ttft=any'), data).slo).toEqual({ ttftMs: null, tps: 20 })
  expect(unknownParts(new URLSearchParams('size=le9.le9&quant=fp3'), data)).toHaveLength(2)
})

test('nothing measured, or nothing that holds, leads on: other sizes, no limits, a command that fills the gap', () => {
  const none = modelOf([])
  const [empty] = renderServing(document, none, parseServing(new URLSearchParams(), none))
  expect(empty!.textContent).toMatch(/has not been measured with several users yet.*orch -- bench/)
  const data = modelOf([
    configuration({ levels: [level(1, { ttftMs: 3000 }), level(4, { ttftMs: 4000 })] }),
    configuration({ output: 'le128', levels: [level(1)] }),
  ])
  const { question, head } = ask(data, 'ttft=1000&tps=20')
  expect(head).toContain('Closest: GPU One with vLLM, fp8, at one user')
  const [section] = renderServing(document, data, question)
  expect(section!.querySelector('.ways-out a')!.getAttribute('href')).toContain('size=le2k.le128')
})

test('community figures, whose output sizes are pooled, are answered from and named like others', () => {
  const own = { source: 'community', prompt: 'any', output: 'any' } as const
  const data = modelOf([configuration({ ...own, levels: [level(1, { n: 120 }), level(16, { n: 40 })] })])
  const { question } = ask(data, 'size=any.any&users=16&ttft=any&tps=any')
  expect(unknownParts(new URLSearchParams('size=any.any'), data)).toEqual([])
  const text = renderServing(document, data, question).map(({ textContent }) => textContent)
  expect(text.join(' ')).toContain('any size in, any size out')
  expect(text[0]).toContain('● communityabout 40 samples')
})

test('the file of an answer has the rows of its table; its query asks for the limits', () => {
  const data = modelOf([configuration(), configuration({ source: 'quiet', levels: [level(1, { tps: 1 })] })])
  const { question, answer } = ask(data, 'users=4&ttft=500&tps=20')
  const [head, row, ...rest] = servingCsv(data, question).trim().split('\r\n')
  expect(rest).toEqual([])
  const values = Object.fromEntries(head!.split(',').map((name, i) => [name, row!.split(',')[i]]))
  expect(values).toMatchObject({ gpu: 'one', machines: '1', tps_per_user: '50', source: 'lab', cell: 'row-4' })
  expect(Number(values.usd_per_million_output)).toBe(answer.options[0]!.economics.output)
  expect(servingSql(question)).toContain(
    "prompt_bucket = 'le2k'\n  AND output_bucket = 'le512'\n  AND ttft_ms_p50 <= 500",
  )
})

test('hostile names are text', () => {
  const data = modelOf([configuration({ gpu: 'two', quantization: HOSTILE, source: HOSTILE })])
  const node = document.createElement('div')
  node.append(...renderServing(document, data, parseServing(new URLSearchParams(), data), [HOSTILE]))
  expect(node.textContent).toContain(HOSTILE)
  expect(node.querySelector('img, script, [onerror], [style]')).toBeNull()
})
