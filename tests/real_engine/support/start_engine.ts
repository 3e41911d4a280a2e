import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EngineRecord } from './engine.ts'
import { type ModelShape, writeRandomGguf } from './random_gguf.ts'

export interface RunningEngine {
  url: string
  /** Release of llama.cpp. */
  release: string
  /** What the engine's own clock says of every answer so far. */
  records(): Promise<EngineRecord[]>
  close(): Promise<void>
}

/** Starts llama.cpp with a random model of this shape in a process of its own. Rejects if the process ends before it serves. */
export async function startEngine(shape: ModelShape, sequences: number): Promise<RunningEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'real-engine-'))
  const model = join(folder, 'model.gguf')
  writeRandomGguf(model, shape)
  const server = join(import.meta.dirname, 'server.ts')
  const child = spawn(process.execPath, [server, model, String(sequences)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const close = async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const started = await Promise.race([line, exited.then(() => null)])
  if (!started) {
    await close()
    throw new Error('the engine ended before it served')
  }
  const { url, release } = JSON.parse(started[0]) as { url: string; release: string }
  const records = async () => (await fetch(`${url}/records`)).json() as Promise<EngineRecord[]>
  return { url, release, records, close }
}
