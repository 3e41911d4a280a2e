/** One array after the other. */
export function joinNumbers(arrays: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const whole = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    whole.set(array, at)
    at += array.length
  }
  return whole
}

/** The bytes of an array of numbers, in place. */
export function asBytes({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Bytes as the 32-bit numbers that they are; copied where no number may begin. */
export function asNumbers(bytes: Uint8Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Int32Array(buffer, byteOffset, byteLength / 4)
}
