import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ORCH = fileURLToPath(new URL('../../../bin/orch.js', import.meta.url))

/** The key of the golden cases: any 64 hexadecimal digits, so that the pseudonyms are always the same. */
export const TEST_KEY = '0123456789abcdef'.repeat(4)

export interface Run {
  status: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  input?: string | Buffer
}

/** Runs the program itself in a process of its own. */
export function runOrch(args: readonly string[], { cwd, env = {}, input }: RunOptions = {}): Run {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const environment = { PATH, NODE_COMPILE_CACHE, HOME: makeFolder(), ORCH_KEY_FILE: testKeyFile(), ...env }
  const { status, stdout, stderr } = spawnSync(process.execPath, [ORCH, ...args], {
    cwd,
    env: environment,
    input: input ?? '',
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, stdout, stderr }
}

/** A new empty folder for the files of one test. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'orch-test-'))
}

let keyFile: string | undefined

/** A file with TEST_KEY, for ORCH_KEY_FILE. */
export function testKeyFile(): string {
  keyFile ??= join(makeFolder(), 'key')
  writeFileSync(keyFile, `${TEST_KEY}\n`, { mode: 0o600 })
  return keyFile
}

/** The samples of JSON Lines. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
