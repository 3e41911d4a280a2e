import { execFile } from 'node:child_process'
import type { ToolResult } from './probe_types.ts'

/** Long enough for amd-smi, which starts an interpreter, and system_profiler, which takes seconds; a tool may hang on a lost device. */
const TIMEOUT_MS = 15_000

/** Runs a tool to its end, or until the signal, and returns its output. Never throws. */
export function runTool(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const options = {
      env,
      timeout: TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
      encoding: 'utf8',
      windowsHide: true,
      signal,
    } as const
    execFile(command, [...args], options, (error, stdout, stderr) => resolve(toResult(error, stdout, stderr)))
  })
}

function toResult(
  error: (Error & { code?: unknown; killed?: boolean }) | null,
  stdout: string,
  stderr: string,
): ToolResult {
  if (error === null) return { kind: 'output', text: stdout }
  // The caller that aborted the tool does not need its output.
  if (error.code === 'ABORT_ERR') return { kind: 'missing' }
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR') return { kind: 'missing' }
  if (error.killed) return { kind: 'failed', why: `no answer within ${TIMEOUT_MS / 1000} s` }
  const [line] = `${stdout}\n${stderr}`.split('\n').filter((text) => text.trim() !== '')
  return { kind: 'failed', why: (line ?? `exit code ${String(error.code)}`).trim().slice(0, 200) }
}

/** The output of a tool; null if there is none. Warns if the tool is installed and failed. */
export function outputOf(tool: string, result: ToolResult, warn: (text: string) => void): string | null {
  if (result.kind === 'output') return result.text
  if (result.kind === 'failed') warn(`${tool} is installed but failed: ${result.why}`)
  return null
}
