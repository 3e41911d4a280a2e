import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PublicationDiff } from '../../../contracts/index.ts'

/**
 * A folder is a test case: `data` with the file of `new` added, or compared with `base`; every form of the diff must be that under `expected`.
 * UPDATE_GOLDEN=1 writes them anew, to be read before they are committed.
 */

const CASES = 'tests/fixtures/diff'
const FORMATS = { text: 'diff.txt', markdown: 'diff.md', json: 'diff.json' } as const

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['pipeline/validate.ts', '--diff', '--no-cache', ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

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
