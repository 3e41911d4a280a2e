import { stripVTControlCharacters } from 'node:util'

/** The part of a writable stream that progress needs. */
export interface Terminal {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

export interface Progress {
  begin(title: string): void
  /** What the running step says at the moment. */
  update(line: string): void
  /** A line that stays. */
  say(text: string): void
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
  #title = ''
  #timer: NodeJS.Timeout | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  begin(title: string): void {
    this.#title = title
    const started = performance.now()
    this.say(`${title} …`)
    this.#timer = setInterval(() => {
      this.say(`${title}: still running after ${formatSeconds((performance.now() - started) / 1000)}`)
    }, 30_000)
  }

  update(): void {}

  say(text: string): void {
    this.#terminal.write(`${text}\n`)
  }

  end(verdict: string, seconds: number): void {
    clearInterval(this.#timer)
    this.say(`${this.#title}: ${verdict} (${formatSeconds(seconds)})`)
  }
}

class LiveProgress implements Progress {
  #terminal: Terminal
  #title = ''
  #line = ''
  #started = 0
  #timer: NodeJS.Timeout | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  begin(title: string): void {
    this.#title = title
    this.#line = ''
    this.#started = performance.now()
    this.#draw()
    this.#timer = setInterval(() => this.#draw(), 200)
  }

  update(line: string): void {
    const text = stripVTControlCharacters(line).trim()
    if (text !== '') this.#line = text
  }

  say(text: string): void {
    this.#terminal.write(`\r\x1b[K${text}\n`)
    if (this.#timer !== undefined) this.#draw()
  }

  end(verdict: string, seconds: number): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.say(`${this.#title}: ${verdict} (${formatSeconds(seconds)})`)
  }

  #draw(): void {
    const seconds = Math.floor((performance.now() - this.#started) / 1000)
    const text = `${this.#title} … ${seconds} s${this.#line === '' ? '' : `  ${this.#line}`}`
    this.#terminal.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.#terminal.columns ?? 80) - 1))}`)
  }
}
