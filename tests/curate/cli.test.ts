import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { converterNames, fixture, readRows } from './fixture.ts'

const out = mkdtempSync(join(tmpdir(), 'curate-'))
afterAll(() => rmSync(out, { recursive: true }))

test('a converter explains itself', () => {
  const { status, stdout } = run('splitwise', '--help')
  expect(status).toBe(0)
  expect(stdout).toContain('Usage: node curate/splitwise.ts <')
})

// All are started by the same function; to start each would take the time of a test file.
test.each(converterNames())('%s is started as that one, with a text of its own', (name) => {
  const source = readFileSync(`curate/${name}.ts`, 'utf8')
  expect(source).toContain(`\nconst HELP = \`\nUsage: node curate/${name}.ts <`)
  expect(source).toMatch(/\nif \(import\.meta\.main\) runConverter\(\w+, HELP\)\n$/)
})

test('a missing folder and an unknown option are refused with the usage', () => {
  for (const args of [[], ['a', 'b'], ['a', '--nope']]) {
    const { status, stderr } = run('splitwise', ...args)
    expect(status).toBe(2)
    expect(stderr).toContain('Usage:')
  }
})

test('a converter writes rows and source.json, reports drops on stderr and removes stale row files', () => {
  cpSync('data/catalog', join(out, 'catalog'), { recursive: true })
  const folder = join(out, 'curated', 'splitwise')
  cpSync(fixture('splitwise', 'expected', 'runs.jsonl'), join(folder, 'stale.jsonl'))
  const { status, stdout, stderr } = run('splitwise', fixture('splitwise', 'raw'), '--out', out)
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('perf_model.csv#6 dropped') })
  expect(stdout).toContain('7 rows read, 5 converted')
  expect(readdirSync(folder).sort()).toEqual(['runs.jsonl', 'source.json'])
  expect(readRows(join(folder, 'runs.jsonl'))).toHaveLength(5)
  expect(existsSync(join(folder, 'runs.jsonl.tmp'))).toBe(false)
})

function run(name: string, ...args: string[]) {
  return spawnSync(process.execPath, [`curate/${name}.ts`, ...args], { encoding: 'utf8' })
}
