import { readFileSync } from 'node:fs'
import type { Counts } from '../steps/step.ts'

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

interface PlaywrightReport {
  stats: { expected: number; flaky: number; unexpected: number; skipped: number }
  errors: unknown[]
}

/** The counts in a report of Vitest's json reporter. A file that failed before its first test counts as one failure. */
export function readVitestCounts(path: string): Counts | undefined {
  const report = readJson<VitestReport>(path)
  if (report === undefined) return undefined
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The counts in a report of Playwright's json reporter. An error outside any test counts as one failure. */
export function readPlaywrightCounts(path: string): Counts | undefined {
  const report = readJson<PlaywrightReport>(path)
  if (report === undefined) return undefined
  const { expected, flaky, unexpected, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped }
}

/** A runner that dies early writes no report, or half of one. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return undefined
  }
}
