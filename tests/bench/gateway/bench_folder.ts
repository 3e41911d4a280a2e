import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAll } from './processes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Measures in a folder of its own. Afterwards, also on a signal, every process that was started is ended and the folder removed. */
export async function inBenchFolder(measure: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'orch-bench-'))
  const cleanUp = () => stopAll().finally(() => rmSync(folder, { recursive: true, force: true }))
  const onSignal = () => void cleanUp().finally(() => process.exit(1))
  for (const signal of SIGNALS) process.once(signal, onSignal)
  try {
    await measure(folder)
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    await cleanUp()
  }
}

/** @throws Error if the option is not a whole number above 0 */
export function readCount(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new Error(`${option}: expected a whole number above 0, found "${text}"`)
}

/** @throws Error if one of the subjects is not known */
export function checkSubjects(subjects: readonly string[], known: readonly string[]): void {
  for (const subject of subjects)
    if (!known.includes(subject)) throw new Error(`--subject: expected ${known.join(', ')}, found "${subject}"`)
}
