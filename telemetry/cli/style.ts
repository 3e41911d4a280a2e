import type { CommandIo } from './io.ts'

/** Styles text for a terminal; leaves it unchanged for other streams. */
export interface Style {
  strong: (text: string) => string
  faint: (text: string) => string
  good: (text: string) => string
  warn: (text: string) => string
  bad: (text: string) => string
}

/** Select Graphic Rendition of ECMA-48: what turns each on, and off again. */
const CODES: Record<keyof Style, readonly [on: number, off: number]> = {
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
}

/** The style of a stream: plain unless it is a terminal that shows colours and `NO_COLOR` is not set (https://no-color.org). */
export function createStyle({ env, terminal }: Pick<CommandIo, 'env' | 'terminal'>, stream: 'out' | 'error'): Style {
  const coloured = terminal[stream] && !env.NO_COLOR && env.TERM !== 'dumb'
  const mark = (name: keyof Style) => (text: string) =>
    coloured ? `\u001b[${CODES[name][0]}m${text}\u001b[${CODES[name][1]}m` : text
  return {
    strong: mark('strong'),
    faint: mark('faint'),
    good: mark('good'),
    warn: mark('warn'),
    bad: mark('bad'),
  }
}
