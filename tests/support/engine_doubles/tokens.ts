import type { DoubleOptions } from './types.ts'

/** The text of token `index`, counted from 0. Quotes, backslashes and non-ASCII letters are part of some. */
export function tokenText(index: number): string {
  return [' one', ' "two"', ' dréi', ' \\four', ' 五', ' usage', '\nseven', ' content'][index % 8]!
}

/** The texts of tokens `from` up to `to`. */
export function joinTokens(from: number, to: number): string {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => tokenText(from + i)).join('')
}

/** How many tokens of the answer are reasoning. */
export function reasoningTokens(options: DoubleOptions): number {
  return options.kind === 'reasoning' ? Math.ceil(options.tokens / 2) : 0
}
