import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { type Sender, stratumOf } from '../../simulation/pipeline_pass.ts'
import { aggregate } from '../../support/aggregate.ts'

/** Which rates of a cell are published: those that speak of enough contributors, in what they say and in what they leave out. */

const PUBLIC = { k: 5, min_samples: 30, bin_contributors: 5, bin_samples: 10, closed_through: 202610 }
const PRIVATE = { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }

/** Six contributors of ten attempts each: how many of them have one that ended so, and how many have nothing but such. */
interface Case {
  cancel?: number
  error?: number
  allError?: number
}

async function ratesOf({ cancel = 0, error = 0, allError = 0 }: Case, policy = PUBLIC) {
  const strata = Array.from({ length: 6 }, (_, person) => {
    const sender: Sender = {
      model: 'm',
      engine: 'e',
      version: '1',
      contributor: `c${person}`,
      speeds: new Float64Array(),
    }
    const ends = { cancel: person < cancel ? 1 : 0, error: person < allError ? 10 : person < error ? 1 : 0 }
    const all = Object.entries({ ...ends, ok: 10 - ends.cancel - ends.error })
    return all.filter(([, lines]) => lines > 0).map(([exit, lines]) => ({ ...stratumOf(sender), exit, lines }))
  }).flat()
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const { cells, matrix } = await aggregate(await instance.connect(), strata, policy)
  instance.closeSync()
  const rates = [...cells, ...matrix].map((row) => [row.ok_rate, row.cancel_rate, row.error_rate, row.reject_rate])
  expect(rates).toHaveLength(2)
  expect(rates[1]).toEqual(rates[0])
  return rates[0]
}

const NONE = [null, null, null, null]

test.each<[string, Case, (number | null)[]]>([
  ['nobody has an attempt that did not end ok', {}, NONE],
  ['four have errors', { error: 4 }, NONE],
  ['five have errors', { error: 5 }, [0.92, null, 0.08, null]],
  ['six have errors, five are cancelled', { error: 6, cancel: 5 }, [0.82, 0.08, 0.1, null]],
  [
    'six have errors, and one of them is cancelled, which would be the rest',
    { error: 6, cancel: 1 },
    [0.88, null, null, null],
  ],
  ['one has an attempt that ended ok', { error: 6, allError: 5 }, NONE],
  ['nobody has one', { allError: 6 }, [0, null, 1, null]],
])('%s', async (_, ends, rates) => {
  expect(await ratesOf(ends)).toEqual(rates)
})

test('a private build has every rate', async () => {
  expect(await ratesOf({ error: 1 }, PRIVATE)).toEqual([0.983, 0, 0.017, 0])
})
