import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { AnonymizedExport } from '../../../contracts/index.ts'
import { parseLines, runOrch } from '../support/run_orch.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/import', import.meta.url))
const CASES = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

function runCase(name: string) {
  const cwd = join(FIXTURES, name)
  const { args } = JSON.parse(readFileSync(join(cwd, 'command.json'), 'utf8')) as { args: string[] }
  return { cwd, run: runOrch(['import', ...args], { cwd }) }
}

describe.each(CASES)('orch import on %s', (name) => {
  const { cwd, run } = runCase(name)

  it('writes the expected samples, account and exit code', async () => {
    await expect(run.stdout).toMatchFileSnapshot(join(cwd, 'expected.jsonl'))
    await expect(`exit ${run.status}\n${run.stderr}`).toMatchFileSnapshot(join(cwd, 'expected.txt'))
  })

  it('writes only samples that satisfy the contract', () => {
    for (const sample of parseLines(run.stdout)) expect(AnonymizedExport.safeParse(sample).error).toBeUndefined()
  })

  it('lets none of what the input marks as private into the samples', () => {
    expect(run.stdout).not.toMatch(/canary/i)
  })

  it('accounts for everything that it read', () => {
    const number = (pattern: RegExp) => Number(pattern.exec(run.stderr)?.[1]?.replaceAll(',', '') ?? Number.NaN)
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
