import { join } from 'node:path'
import { startNginx } from './nginx.ts'
import { compileOrch, startOrch } from './orch.ts'
import { Helper, type Program, startProgram } from './processes.ts'

/** A way to the engine. `pid`: whose CPU time it costs; null where there is nobody between. */
export interface Contender {
  name: string
  port: number
  pid: number | null
  stop: () => Promise<void>
}

export interface Field {
  engine: Helper
  engine_port: number
  load: Helper
  /** The compiled package. */
  home: string
}

/** Starts the engine and the clients. */
export async function startField(folder: string): Promise<Field> {
  const home = compileOrch(folder)
  const engine = new Helper('engine.ts')
  const engine_port = await engine.receive<number>('port')
  return { engine, engine_port, load: new Helper('load.ts'), home }
}

/** Direct access first: it is what the others are compared with. */
export async function startContenders(folder: string, { engine_port, home }: Field): Promise<Contender[]> {
  const nginx = await startNginx(folder, engine_port)
  const orch = (enabled: boolean) => startOrch({ home, folder, engine_port, enabled })
  const named = (name: string, { port, pid, stop }: Program & { port: number }) => ({ name, port, pid, stop })
  return [
    { name: 'direct', port: engine_port, pid: null, stop: async () => {} },
    named('nginx', nginx),
    named('bare Node proxy', await startNodeProxy(engine_port)),
    named('orch, telemetry off', await orch(false)),
    named('orch, telemetry on', await orch(true)),
  ]
}

async function startNodeProxy(engine_port: number): Promise<Program & { port: number }> {
  const command = [process.execPath, join(import.meta.dirname, 'node_proxy.ts'), String(engine_port)] as const
  const started = await startProgram([...command], (printed) => /^port (\d+)$/m.exec(printed)?.[1] ?? null)
  return { ...started, port: Number(started.ready) }
}
