import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PublicationDiff } from '../../../contracts/index.ts'
import { main } from '../../../pipeline/validate.ts'
import { callCommand } from '../../support/call_command.ts'

/**
 * A folder is a test case: `data` with the file of `new` added, or compared with `base`; every form of the diff must be that under `expected`.
 * UPDATE_GOLDEN=1 writes them anew, to be read before they are committed.
 */

const CASES = 'tests/fixtures/diff'
const FORMATS = { text: 'diff.txt', markdown: 'diff.md', json: 'diff.json' } as const

/** The first form of a case is made from nothing; the others take the two builds from the cache that it left. */
let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'diff-cache-'))
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))

const run = (...args: string[]) => callCommand(main, ['--diff', '--cache', cache, ...args])

function argumentsOf(folder: string): string[] {
  const file = join(folder, 'new', 'runs.jsonl')
  const change = existsSync(file) ? [file, '--as', 'fay/2026-10'] : ['--base', join(folder, 'base')]
  return [...change, '--data', join(folder, 'data')]
}

describe.each(readdirSync(CASES))('%s', (name) => {
  const folder = join(CASES, name)

  test.each(Object.entries(FORMATS))('as %s', async (format, file) => {
    const { stdout } = await run(...argumentsOf(folder), '--format', format)
    const path = join(folder, 'expected', file)
    if (process.env.UPDATE_GOLDEN) {
      mkdirSync(join(folder, 'expected'), { recursive: true })
      writeFileSync(path, stdout)
    }
    expect(stdout).toBe(readFileSync(path, 'utf8'))
  })

  test('the text fits 80 columns, problems apart, and the JSON its contract', () => {
    const text = readFileSync(join(folder, 'expected', 'diff.txt'), 'utf8')
    const lines = text.slice(text.indexOf('Files (')).split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    PublicationDiff.parse(JSON.parse(readFileSync(join(folder, 'expected', 'diff.json'), 'utf8')))
  })
})

test('exit codes tell whether a line was rejected', async () => {
  expect((await run(...argumentsOf(join(CASES, 'new-file')))).code).toBe(1)
  expect((await run(...argumentsOf(join(CASES, 'withdrawal')))).code).toBe(0)
})
