import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives a run of the tests a folder for temporary files of its own, and removes it when the run is over: Vitest's and Playwright's `globalSetup`. */
export default function useTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'orch-tests-'))
  // Read by os.tmpdir() of the workers and of what they start.
  process.env.TMPDIR = folder
  // What the run starts finds its modules compiled by the first that loaded them; half of a short process is compiling.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'compile-cache')
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
