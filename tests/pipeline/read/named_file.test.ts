import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNamed } from '../../../pipeline/read/named_file.ts'
import { makeFolder } from '../../telemetry/support/run_orch.ts'

const sample = { ts: '2026-11-01T00:00:00Z', job_id: '0123456789abcdef' }
const contributed = { origin: '0123456789abcdef0123456789abcdef#1', runs: 1 }
const curated = { origin: 'results.jsonl#1', runs: 1 }

it.each([
  ['samples', [sample], 'community'],
  ['contributed runs', [contributed], 'community'],
  ['samples and contributed runs', [sample, contributed], 'community'],
  ['curated rows', [curated], 'curated'],
])('a named file of %s', (_, lines, kind) => {
  const path = join(makeFolder(), 'a.jsonl')
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  expect(describeNamed(path).kind).toBe(kind)
})
