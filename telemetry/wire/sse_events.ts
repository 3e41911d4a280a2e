import { LineSplitter, MAX_LINE_BYTES } from './line_splitter.ts'

/** An event: its data (lines joined by LF), its name if it has one; `end` is the offset after it in the text last fed. */
export type OnEvent = (data: string, name: string, end: number) => void

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) from text that arrives in pieces: LF or CRLF, `data:` with or without a blank,
 * comments, several data lines. A field `error` is what older llama.cpp servers send for a failure within a stream.
 */
export class SseEvents {
  private readonly lines = new LineSplitter()
  private data: string | null = null
  private name = ''
  private readonly onEvent: OnEvent
  private readonly onComment: (end: number) => void

  /** @param onComment called with the end of a comment outside of an event */
  constructor(onEvent: OnEvent, onComment: (end: number) => void = () => {}) {
    this.onEvent = onEvent
    this.onComment = onComment
  }

  feed(text: string): void {
    this.lines.feed(text, this.onLine)
  }

  /** The end of the stream: an event without its blank line counts. */
  flush(): void {
    this.lines.flush(this.onLine)
    if (this.data !== null || this.name !== '') this.dispatch(0)
  }

  private readonly onLine = (line: string, end: number): void => {
    if (line === '') this.dispatch(end)
    else if (line.startsWith('data:')) this.append(line, line.charCodeAt(5) === 32 ? 6 : 5)
    else if (line.startsWith('event:')) this.name = line.slice(6).trim()
    else if (line.startsWith('error:')) {
      this.name = 'error'
      this.append(line, 6)
    } else if (line.startsWith(':') && this.data === null && this.name === '') this.onComment(end)
  }

  private append(line: string, from: number): void {
    const text = line.slice(from)
    if (this.data === null) this.data = text
    else if (this.data.length + text.length <= MAX_LINE_BYTES) this.data = `${this.data}\n${text}`
  }

  private dispatch(end: number): void {
    const { data, name } = this
    this.data = null
    this.name = ''
    this.onEvent(data ?? '', name, end)
  }
}
