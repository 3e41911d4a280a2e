/** A text of bytes to compare with: eight at a time, then the rest. */
export interface Text {
  bytes: Uint8Array
  /** Of the bytes: a number of this object is read faster than that of a typed array. */
  length: number
  /**
   * The bits of eight bytes each, read as a double: the widest load that JavaScript compares without making an object. No eight bytes of
   * ASCII are a NaN or a zero of either sign, so equal doubles are equal bytes.
   */
  doubles: Float64Array
  /** The last eight bytes likewise, which overlap those before: it spares a loop over what remains. NaN where the text is shorter. */
  last: number
}

/** A text as `hasText` wants it. Throws RangeError on a byte that is not ASCII, or is NUL. */
export function encodeText(bytes: Uint8Array): Text {
  if (bytes.some((byte) => byte === 0 || byte > 126)) throw new RangeError('expected ASCII')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    bytes,
    length: bytes.length,
    doubles: Float64Array.from({ length: bytes.length >> 3 }, (_, i) => view.getFloat64(8 * i, true)),
    last: bytes.length < 8 ? Number.NaN : view.getFloat64(bytes.length - 8, true),
  }
}

/** Whether `bytes` (seen through `view`, with room for the text behind `at`) continue with a text at `at`. Most of a scan is comparing. */
export function hasText(bytes: Uint8Array, view: DataView, at: number, text: Text): boolean {
  const { bytes: wanted, doubles, last, length } = text
  if (length < 8) {
    for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false
    return true
  }
  for (let i = 0; i < doubles.length; i++) if (view.getFloat64(at + 8 * i, true) !== doubles[i]) return false
  return view.getFloat64(at + length - 8, true) === last
}
