/** Longest line that is read; a longer one is passed to the client unread. In bytes. */
export const MAX_LINE_BYTES = 1_048_576

/** A line without its end; `end` is the offset after its line feed in the text last fed. */
export type OnLine = (line: string, end: number) => void

/** Splits text that arrives in pieces into lines ended by LF or CRLF. Holds at most one line of `MAX_LINE_BYTES`. */
export class LineSplitter {
  private rest = ''
  private skipping = false

  feed(text: string, onLine: OnLine): void {
    let at = 0
    for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', at)) {
      this.emit(text, at, feed, onLine)
      at = feed + 1
    }
    if (at < text.length) this.hold(text.slice(at))
  }

  /** The end of the text: what is left counts as a line. */
  flush(onLine: OnLine): void {
    if (this.rest !== '' || this.skipping) this.emit('', 0, 0, onLine)
  }

  private emit(text: string, from: number, to: number, onLine: OnLine): void {
    let line = text.slice(from, to)
    if (this.rest !== '') line = this.rest + line
    // A line that is too long is treated as a comment: it is neither an event nor a blank line.
    if (this.skipping || line.length > MAX_LINE_BYTES) line = ':'
    this.rest = ''
    this.skipping = false
    onLine(line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line, to + 1)
  }

  private hold(text: string): void {
    if (this.skipping) return
    this.rest += text
    if (this.rest.length <= MAX_LINE_BYTES) return
    this.skipping = true
    this.rest = ''
  }
}
