import { MAX_LINE_BYTES } from './line_splitter.ts'

/** Whether a piece of the stream is kept, dropped, or replaced by other bytes. */
export type Decision = 'keep' | 'drop' | ((piece: Buffer) => Buffer)

/**
 * The bytes of a stream from which events are stripped: bytes that are decided on are passed on, an incomplete event is held. An
 * event larger than `MAX_LINE_BYTES` is passed through unchanged.
 */
export class HeldEvents {
  private held: Buffer[] = []
  private heldBytes = 0
  private passesThrough = false
  private bytes: Buffer = Buffer.alloc(0)
  private out: Buffer[] = []
  /** Offsets in `bytes`: the begin of the run that is passed on unchanged, and the end of what is decided on. */
  private runFrom = 0
  private decidedTo = 0

  /** Sets the next bytes of the stream. */
  begin(bytes: Buffer): void {
    this.bytes = bytes
    this.runFrom = 0
    this.decidedTo = 0
  }

  /** Decides on what is held and on the bytes up to `end`. */
  decide(end: number, decision: Decision): void {
    if (decision === 'keep' || this.passesThrough) this.release()
    else {
      this.flushRun()
      if (decision !== 'drop') this.out.push(decision(this.piece(end)))
      this.runFrom = end
    }
    this.forget()
    this.passesThrough = false
    this.decidedTo = end
  }

  /** The bytes that may be passed on now, or null; the incomplete rest is held. */
  take(): Buffer | null {
    const { bytes, out } = this
    // Whole events that are all kept, as of nearly every read: nothing is made for them.
    if (out.length === 0 && this.runFrom === 0 && this.decidedTo === bytes.length)
      return bytes.length > 0 ? bytes : null
    this.flushRun()
    if (this.decidedTo < bytes.length) this.hold(bytes.subarray(this.decidedTo))
    if (out.length === 0) return null
    this.out = []
    return out.length === 1 ? out[0]! : Buffer.concat(out)
  }

  /** Everything that was not passed on yet, unchanged. */
  takeAll(): Buffer {
    this.flushRun()
    this.release()
    return Buffer.concat([...this.out, this.bytes.subarray(this.decidedTo)])
  }

  private hold(rest: Buffer): void {
    this.held.push(rest)
    this.heldBytes += rest.length
    if (this.heldBytes <= MAX_LINE_BYTES && !this.passesThrough) return
    this.release()
    this.passesThrough = true
  }

  private release(): void {
    if (this.heldBytes > 0) this.out.push(...this.held)
    this.forget()
  }

  private forget(): void {
    if (this.heldBytes === 0) return
    this.held = []
    this.heldBytes = 0
  }

  private flushRun(): void {
    if (this.decidedTo > this.runFrom) this.out.push(this.bytes.subarray(this.runFrom, this.decidedTo))
    this.runFrom = this.decidedTo
  }

  private piece(end: number): Buffer {
    return Buffer.concat([...this.held, this.bytes.subarray(this.decidedTo, end)])
  }
}
