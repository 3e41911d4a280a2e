/** A hosted API as its provider quotes it, in USD per million tokens; null where the visitor entered none. */
export interface HostedQuote {
  input: number | null
  output: number | null
  /** Price of input tokens that the provider has cached; null: that of other input. */
  cachedInput: number | null
  /** Share of the input that is cached, 0 to 1. */
  cachedShare: number
  /** What batch requests are cheaper by, 0 to 1. */
  batchDiscount: number
  /** Prompt tokens per output token. */
  promptRatio: number
}

/** USD for a million output tokens and the prompts that belong to them; null without an output price. */
export function hostedCost(quote: HostedQuote): number | null {
  const { input, output, cachedInput, cachedShare, batchDiscount, promptRatio } = quote
  if (output === null) return null
  const each = (1 - cachedShare) * (input ?? 0) + cachedShare * (cachedInput ?? input ?? 0)
  return (output + promptRatio * each) * (1 - batchDiscount)
}
