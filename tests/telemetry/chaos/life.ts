import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ChildOrders } from './child.ts'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

export interface Emission {
  id: string
  /** Wall clock, ms. */
  at: number
  /** What the process held in memory, and had dropped, just before. */
  pending: number
  dropped: number
}

/** What is known of a process that has ended, from what it told over its pipe before each sample. */
export interface Life {
  emissions: Emission[]
  /** When it was killed (wall clock, ms); null if it closed in good order. */
  killed_at: number | null
  stderr: string
}

/** Runs a process to its end or its killing. */
export function runLife(orders: ChildOrders): Promise<Life> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const { kill_after_ms } = orders.life
  let output = ''
  let stderr = ''
  let killed_at: number | null = null
  let timer: NodeJS.Timeout | undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (kill_after_ms === null) return
    timer ??= setTimeout(() => {
      killed_at = Date.now()
      child.kill('SIGKILL')
    }, kill_after_ms)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_code, signal) => {
      clearTimeout(timer)
      resolve({ emissions: readEmissions(output), killed_at: signal === 'SIGKILL' ? killed_at : null, stderr })
    })
  })
}

function readEmissions(output: string): Emission[] {
  const lines = output.split('\n').slice(0, -1)
  return lines.flatMap((line) => {
    if (line === 'closed') return []
    const [id, at, pending, dropped] = line.split(' ') as [string, string, string, string]
    return [{ id, at: Number(at), pending: Number(pending), dropped: Number(dropped) }]
  })
}
