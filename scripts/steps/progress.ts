import { stripVTControlCharacters } from 'node:util'

/** The part of a writable stream that progress needs. */
export interface Terminal {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

export interface Progress {
  begin(title: string): RunningStep
  /** A line that stays. */
  say(text: string): void
}

/** A step that was begun; others may run beside it. */
export interface RunningStep {
  /** What the step says at the moment. */
  update(line: string): void
  end(verdict: string, seconds: number): void
}

/** On a terminal a live line that ends as the verdict; elsewhere plain lines, with a sign of life every 30 seconds. */
export function createProgress(terminal: Terminal): Progress {
  return terminal.isTTY ? new LiveProgress(terminal) : new PlainProgress(terminal)
}

/** `1.2 s`, `75 s`. */
export function formatSeconds(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`
}

class PlainProgress implements Progress {
  #terminal: Terminal

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  begin(title: string): RunningStep {
    this.say(`${title} …`)
    const started = performance.now()
    const timer = setInterval(() => {
      this.say(`${title}: still running after ${formatSeconds((performance.now() - started) / 1000)}`)
    }, 30_000)
    return {
      update() {},
      end: (verdict, seconds) => {
        clearInterval(timer)
        this.say(describeEnd(title, verdict, seconds))
      },
    }
  }

  say(text: string): void {
    this.#terminal.write(`${text}\n`)
  }
}

class LiveProgress implements Progress {
  #terminal: Terminal
  /** When each running step started, by its title. */
  #running = new Map<string, number>()
  #line = ''
  #timer: NodeJS.Timeout | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  begin(title: string): RunningStep {
    this.#running.set(title, performance.now())
    this.#line = ''
    this.#draw()
    this.#timer ??= setInterval(() => this.#draw(), 200)
    return {
      update: (line) => {
        const text = stripVTControlCharacters(line).trim()
        if (text !== '') this.#line = text
      },
      end: (verdict, seconds) => {
        this.#running.delete(title)
        if (this.#running.size === 0) {
          clearInterval(this.#timer)
          this.#timer = undefined
        }
        this.say(describeEnd(title, verdict, seconds))
      },
    }
  }

  say(text: string): void {
    this.#terminal.write(`\r\x1b[K${text}\n`)
    if (this.#timer !== undefined) this.#draw()
  }

  #draw(): void {
    const now = performance.now()
    const steps = [...this.#running].map(([title, started]) => `${title} … ${Math.floor((now - started) / 1000)} s`)
    const text = `${steps.join(', ')}${this.#line === '' ? '' : `  ${this.#line}`}`
    this.#terminal.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.#terminal.columns ?? 80) - 1))}`)
  }
}

function describeEnd(title: string, verdict: string, seconds: number): string {
  return `${title}: ${verdict} (${formatSeconds(seconds)})`
}
