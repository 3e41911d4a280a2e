import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { isatty } from 'node:tty'
import type { CommandIo, StopSignal } from './io.ts'

const DEFAULT_COLUMNS = 80

/** The streams, environment and signals of this process. */
export function createProcessIo(): CommandIo {
  return {
    env: process.env,
    writeOut: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    readFile: (path) => readFileSync(path === '-' ? 0 : path),
    now: () => new Date(),
    // process.stdin is not used here, as accessing it would open it.
    terminal: {
      in: isatty(0),
      out: process.stdout.isTTY === true,
      error: process.stderr.isTTY === true,
      columns: process.stdout.columns ?? process.stderr.columns ?? DEFAULT_COLUMNS,
    },
    ask: askOperator,
    onSignal,
  }
}

/** Asks on standard error, so that standard output holds results only. */
function askOperator(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(null))
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
  })
}

function onSignal(listener: (signal: StopSignal) => void): () => void {
  process.on('SIGINT', listener)
  process.on('SIGTERM', listener)
  return () => {
    process.off('SIGINT', listener)
    process.off('SIGTERM', listener)
  }
}
