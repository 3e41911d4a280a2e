import { describe, expect, test } from 'vitest'
import { readAddress, writeAddress } from '../../../site/lib/explore/address.ts'
import { fitsResult, planChart } from '../../../site/lib/explore/chart_plan.ts'
import type { ColumnKind, Value } from '../../../site/lib/explore/result.ts'

/** A result from its head (`name:kind`) and its rows. */
function plan(head: string[], rows: Value[][]) {
  const columns = head.map((text) => {
    const [name, kind] = text.split(':') as [string, ColumnKind]
    return { name, kind }
  })
  return planChart(columns, rows)
}

describe('the proposed chart', () => {
  test('is bars where each label has one row, of what was measured, not of counts', () => {
    const rows = [
      ['h100', 9, 100],
      ['a100', 8, 60],
    ]
    expect(plan(['gpu:text', 'n:number', 'median_tok_s:number'], rows)).toEqual({
      mark: 'bar',
      x: 'median_tok_s',
      y: 'gpu',
      colour: '',
      log: '',
    })
  })

  test('is dots where labels repeat, coloured by what has few values', () => {
    const rows = [
      ['h100', 'vllm', 100],
      ['h100', 'tgi', 90],
      ['a100', 'vllm', 60],
    ]
    expect(plan(['gpu:text', 'engine:text', 'tok_s:number'], rows)).toMatchObject({
      mark: 'dot',
      y: 'gpu',
      colour: 'engine',
    })
  })

  test('is a line over time, months included', () => {
    const rows = [
      ['2026-01', 1],
      ['2026-02', 2],
    ]
    expect(plan(['month:text', 'tok_s:number'], rows)).toMatchObject({ mark: 'line', x: 'month', y: 'tok_s' })
  })

  test('is one number against another where nothing else is there', () => {
    const rows = [
      [1, 10],
      [2, 20],
    ]
    expect(plan(['tok_s:number', 'share_percent:number'], rows)).toMatchObject({
      mark: 'line',
      x: 'tok_s',
      y: 'share_percent',
    })
  })

  test('has a logarithmic axis where values span more than two decades, none where one of them is zero', () => {
    const rows = (low: number) => [
      ['h100', 'vllm', 100],
      ['h100', 'tgi', low],
    ]
    expect(plan(['gpu:text', 'engine:text', 'ttft_ms:number'], rows(0.5))).toMatchObject({ y: 'engine', log: '' })
    expect(
      plan(
        ['kind:text', 'a:number', 'b_ms:number'],
        [
          ['x', 1, 1],
          ['x', 500, 2],
        ],
      ),
    ).toMatchObject({ log: '' })
    expect(
      plan(
        ['a:number', 'b_ratio:number'],
        [
          [1, 1],
          [500, 2],
        ],
      ),
    ).toMatchObject({ x: 'a', log: 'x' })
    expect(
      plan(
        ['a:number', 'b_ratio:number'],
        [
          [0, 1],
          [500, 2],
        ],
      ),
    ).toMatchObject({ x: 'a', log: '' })
  })

  test.each([
    [['gpu:text'], [['h100']]],
    [['tok_s:number'], [[1]]],
    [['gpu:text', 'tok_s:number'], []],
  ])('is none for %j', (head, rows) => expect(plan(head, rows)).toBeNull())
})

describe('the address', () => {
  const chart = { mark: 'dot', x: 'a & b', y: 'ü=1', colour: '', log: 'y' } as const
  test('carries query, chart and order there and back', () => {
    for (const sort of [null, { name: 'a.desc', descending: false }, { name: '-ü & 1', descending: true }]) {
      const state = { sql: 'SELECT 1 + 1', chart, sort }
      expect(readAddress(`#${writeAddress(state)}`)).toEqual(state)
      expect(readAddress(`#${writeAddress({ ...state, chart: null })}`)).toEqual({ ...state, chart: null })
    }
  })
  test.each(['', 'a', '.asc', 'a.up'])('carries no order in %j', (text) => {
    expect(readAddress(`#q=U0VMRUNUIDE&sort=${text}`).sort).toBeNull()
  })
  test('carries no chart where it is not complete', () => {
    expect(readAddress('#q=U0VMRUNUIDE&mark=dot&x=a').chart).toBeNull()
    expect(readAddress('#q=U0VMRUNUIDE&mark=pie&x=a&y=b').chart).toBeNull()
  })
  test('may name columns that a result does not have', () => {
    expect(fitsResult(chart, [{ name: 'a & b', kind: 'number' }])).toBe(false)
  })
})
