import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { AnonymizedExport, BenchmarkRun } from '../../../contracts/index.ts'
import { type Call, callOrch } from '../cli/support/call_orch.ts'
import { parseLines, testKeyFile } from '../support/run_orch.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/import', import.meta.url))
const CASES = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

function runCase(cwd: string): Promise<Call> {
  const { args } = JSON.parse(readFileSync(join(cwd, 'command.json'), 'utf8')) as { args: string[] }
  return callOrch(['import', ...args], { cwd, env: { ORCH_KEY_FILE: testKeyFile() }, now: new Date().toISOString() })
}

describe.each(CASES)('orch import on %s', (name) => {
  const cwd = join(FIXTURES, name)
  let run: Call
  beforeAll(async () => {
    run = await runCase(cwd)
  })

  it('writes the expected samples, account and exit code', async () => {
    await expect(run.out).toMatchFileSnapshot(join(cwd, 'expected.jsonl'))
    await expect(`exit ${run.code}\n${run.error}`).toMatchFileSnapshot(join(cwd, 'expected.txt'))
  })

  it('writes only lines that satisfy their contract', () => {
    for (const line of parseLines(run.out)) {
      const contract = 'origin' in line ? BenchmarkRun : AnonymizedExport
      expect(contract.safeParse(line).error).toBeUndefined()
    }
  })

  it('lets none of what the input marks as private into the samples', () => {
    expect(run.out).not.toMatch(/canary/i)
  })

  it('accounts for everything that it read', () => {
    const number = (pattern: RegExp) => Number(pattern.exec(run.error)?.[1]?.replaceAll(',', '') ?? Number.NaN)
    const read = number(/read +([\d,]+)/)
    const used = number(/converted +([\d,]+)/)
    const left = number(/not converted +([\d,]+)/)
    expect(used + left).toBe(read)
  })
})

it('the golden cases hold private text, or the search for it proves nothing', () => {
  const inputs = CASES.map((name) => {
    const files = readdirSync(join(FIXTURES, name)).filter((file) => file.startsWith('results'))
    return files.map((file) => readFileSync(join(FIXTURES, name, file), 'utf8')).join('')
  })
  expect(inputs.filter((text) => text.includes('canary')).length).toBeGreaterThanOrEqual(6)
})
