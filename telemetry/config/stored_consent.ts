import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { showValue } from '../../contracts/show.ts'
import { storedConsentPath } from './paths.ts'

/** The decision that `orch telemetry on`, `local` or `off` stored. */
const Decision = z.strictObject({
  enabled: z.boolean(),
  /** Whether samples are recorded for the operator alone. A release that does not know it reads no decision, which means off. */
  local: z.literal(true).optional(),
  /** When it was made, RFC 3339 in UTC. */
  since: z.iso.datetime(),
})
export type Decision = z.infer<typeof Decision>

export interface StoredConsent {
  path: string
  /** null if nothing was decided, or the file cannot be read. */
  decision: Decision | null
  /** What is wrong with the file, and what to do; an invalid file never means on. */
  problem: string | null
}

/** Reads the stored decision. Never throws and never writes. */
export function readStoredConsent(env: NodeJS.ProcessEnv): StoredConsent {
  const path = storedConsentPath(env)
  try {
    return interpret(path, readFileSync(path, 'utf8'))
  } catch (error) {
    return explainUnreadable(path, error)
  }
}

/** The same without blocking the process. */
export async function readStoredConsentLater(env: NodeJS.ProcessEnv): Promise<StoredConsent> {
  const path = storedConsentPath(env)
  try {
    return interpret(path, await readFile(path, 'utf8'))
  } catch (error) {
    return explainUnreadable(path, error)
  }
}

function interpret(path: string, text: string): StoredConsent {
  const decision = Decision.safeParse(parse(text))
  if (decision.success) return { path, decision: decision.data, problem: null }
  return { path, decision: null, problem: explain(path, showValue(text)) }
}

function explainUnreadable(path: string, error: unknown): StoredConsent {
  const code = (error as NodeJS.ErrnoException).code ?? String(error)
  const isAbsent = code === 'ENOENT' || code === 'ENOTDIR'
  return { path, decision: null, problem: isAbsent ? null : explain(path, code) }
}

/**
 * Stores the operator's decision atomically, readable for the owner only (mode 0600).
 *
 * @returns the path of the file
 * @throws if the folder cannot be written
 */
export function writeStoredConsent(env: NodeJS.ProcessEnv, decision: Decision): string {
  const path = storedConsentPath(env)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeDurably(aside, `${JSON.stringify(Decision.parse(decision))}\n`)
    renameSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
  return path
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function explain(path: string, found: string): string {
  return (
    `${path}: expected the decision of \`orch telemetry on\`, \`local\` or \`off\`, found ${found}. ` +
    'Telemetry stays off. Run one of them again.'
  )
}
