import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Program, startProgram } from './processes.ts'

const ROOT = join(import.meta.dirname, '../../..')

/**
 * Compiles `orch` as it is published, into a folder of the bench: the sources would be stripped of their types at the
 * start, which costs memory that no user pays.
 */
export function compileOrch(folder: string): string {
  const home = join(folder, 'package')
  mkdirSync(home)
  for (const path of ['package.json', 'bin']) cpSync(join(ROOT, path), join(home, path), { recursive: true })
  for (const path of ['node_modules', 'data']) symlinkSync(join(ROOT, path), join(home, path))
  const tsc = join(ROOT, 'node_modules/typescript-native/bin/tsc')
  const out = ['--outDir', join(home, 'dist/orch'), '--incremental', 'false', '--declaration', 'false', '--noCheck']
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.publish.json'), ...out], { stdio: 'inherit' })
  return home
}

export interface OrchOptions {
  /** Where `compileOrch` put it. */
  home: string
  /** For its configuration, its key and its buffer. */
  folder: string
  engine_port: number
  enabled: boolean
  /** TOML of the tables below `telemetry`. */
  settings?: string
}

/** `orch serve` on a port of its own, in front of the engine, with a home folder of its own. */
export async function startOrch(options: OrchOptions): Promise<Program & { port: number }> {
  const { home, folder, engine_port, enabled, settings = '' } = options
  const own = mkdtempSync(join(folder, 'orch-'))
  const config = join(own, 'config.toml')
  writeFileSync(
    config,
    `listen = "127.0.0.1:0"\nadmin_listen = "off"\nupstream = [{ url = "http://127.0.0.1:${engine_port}" }]\n[telemetry]\nenabled = ${enabled}\n${settings}`,
  )
  const env = { PATH: process.env.PATH, HOME: own }
  const program = join(home, 'bin/orch.js')
  const findPort = (printed: string) => /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1] ?? null
  const started = await startProgram([process.execPath, program, 'serve', '--config', config], findPort, { env })
  return { pid: started.pid, stop: started.stop, port: Number(started.ready) }
}
