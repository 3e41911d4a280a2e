import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepCount } from '../../contracts/index.ts'
import { attackSeed, type Found } from './attack_seed.ts'
import { printAttacks } from './print_attacks.ts'
import { stepOf } from './support/steps.ts'
import { tally } from './support/tally.ts'

/** The attacks of `npm run attack` at one seed. */

const K = 5
let folder: string
let found: Found

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'read-out-'))
  found = await attackSeed(folder, 1)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('no published number, and no difference of two, speaks of fewer contributors than a cell needs', () => {
  const { text, isClean } = printAttacks([found])
  expect(isClean, text).toBe(true)
  for (const [name, people] of Object.entries(found.published)) expect(people.length, name).toBeGreaterThan(0)
})

test('every attack succeeds where numbers are published as they are', () => {
  for (const [name, people] of Object.entries(found.control)) expect(tally(people, K).few, name).toBeGreaterThan(0)
})

test('medians and their intervals rest on half of the contributors at least', () => {
  expect(Math.min(...found.medians)).toBeGreaterThanOrEqual(3)
})

test('four accounts of one person read the median of the fifth contributor, as is stated, and its share of failures', () => {
  expect(found.exposure.median).toBeLessThan(0.02)
  expect(found.exposure.failureRate).toBeLessThanOrEqual(0.025 + 1e-9)
})

test('counts come in the steps that the attacks take them for', () => {
  const counts = [...Array(2000).keys(), 9949, 9950, 99_499, 123_456]
  expect(counts.map(stepCount)).toEqual(counts.map(stepOf))
})
