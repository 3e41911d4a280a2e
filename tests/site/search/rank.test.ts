import { expect, test } from 'vitest'
import { rank, type SearchEntry } from '../../../site/lib/search/rank.ts'

const entry = (name: string, type: string, figures = 0, also = ''): SearchEntry => ({
  name,
  path: `${name}/`,
  type,
  also,
  figures,
})
const ENTRIES = [
  entry('NVIDIA GeForce RTX 4090', 'GPU', 20, 'ada'),
  entry('NVIDIA GeForce RTX 4090 Laptop', 'GPU'),
  entry('NVIDIA GeForce RTX 4080', 'GPU', 40),
  entry('AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)', 'GPU', 50, 'gfx 1151'),
  entry('gpt-oss-120b', 'Model', 160),
  entry('gpt-oss-20b', 'Model', 90),
  entry('vLLM', 'Engine', 900),
  entry('Privacy', 'Page', 0, 'telemetry records'),
]

const CASES: [query: string, found: string[]][] = [
  ['4090', ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090 Laptop']],
  ['rtx4090', ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090 Laptop']],
  ['strix halo', ['AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)']],
  ['8060S', ['AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)']],
  ['gfx1151', ['AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)']],
  ['GPT-OSS 120b', ['gpt-oss-120b']],
  ['radeno', ['AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)']],
  ['what telemetry', []],
  ['telemetry', ['Privacy']],
  ['vl', ['vLLM']],
  ['4091', []],
  ['  ', []],
]

test.each(CASES)('%j finds %j', (query, found) => {
  expect(rank(ENTRIES, query).map(({ name }) => name)).toEqual(found)
})
