/** A line of U+2501, as UTF-8 bytes decoded as Latin-1 or escaped, and a line of nothing. */
const RULE = /"reasoning_content":\s*"(?:\u00e2\u0094\u0081|\\u2501)+(?:\\n)?"/
const BLANK = /"reasoning_content":\s*"(?: |\\n)*"/

/** Whether a chunk of reasoning begins llama-swap's text about a model that it loads, is another part of it, or none. */
export type BannerPart = 'begin' | 'part' | 'none'

/**
 * llama-swap tells of a model that it loads as reasoning in front of the model's own answer (`sendLoadingState`; proxy/process.go, 2026-11): a
 * rule, `llama-swap loading model: …`, dots and remarks, `Done!`, a rule and a blank line. None of it is a token.
 */
export class LoadingBanner {
  private state: 'before' | 'loading' | 'done' = 'before'

  read(data: string): BannerPart {
    if (data.includes('llama-swap loading model')) {
      this.state = 'loading'
      return 'begin'
    }
    if (RULE.test(data)) return 'part'
    if (this.state === 'loading') {
      if (/Done! \(\d/.test(data)) this.state = 'done'
      return 'part'
    }
    if (this.state === 'done' && BLANK.test(data)) return 'part'
    this.state = 'before'
    return 'none'
  }
}
