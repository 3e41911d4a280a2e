import { Decompress } from 'fzstd'

/** Largest window that zstd itself makes room for unless it is told otherwise; a frame may ask for gigabytes. */
const MOST_WINDOW_BYTES = 2 ** 27

/** Packed bytes per step: each four of them can stand for 128 KB. */
const STEP_BYTES = 1024

/**
 * The bytes of a file, unpacked if it is gzip or zstd, which its first bytes tell, whatever it is called. The stream fails on damaged ones.
 *
 * @param onRead told of every step, in bytes as they lie on the disk
 */
export async function unpackFile(
  file: Blob,
  onRead: (bytes: number) => void = () => undefined,
): Promise<ReadableStream<Uint8Array>> {
  const start = new Uint8Array(await file.slice(0, 14).arrayBuffer())
  if (isZstd(start)) return unpackZstd(file, start, onRead)
  const bytes = file.stream().pipeThrough(countBytes(onRead))
  return start[0] === 0x1f && start[1] === 0x8b ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes
}

function countBytes(onRead: (bytes: number) => void) {
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onRead(chunk.length)
      controller.enqueue(chunk)
    },
  })
}

function isZstd([a, b, c, d]: Uint8Array): boolean {
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd
}

/** No browser unpacks zstd by itself. A step at a time, so that what is not read is not unpacked. */
function unpackZstd(file: Blob, start: Uint8Array, onRead: (bytes: number) => void): ReadableStream<Uint8Array> {
  if (windowOf(start) > MOST_WINDOW_BYTES)
    throw new Error(
      'The file was packed with a window of more than 128 MB (zstd --long). Unpack it with "zstd -d" first.',
    )
  let at = 0
  let pending: Uint8Array[] = []
  const unpacker = new Decompress((chunk) => pending.push(chunk))
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (pending.length === 0 && at < file.size) {
        const step = new Uint8Array(await file.slice(at, at + STEP_BYTES).arrayBuffer())
        at += step.length
        onRead(step.length)
        unpacker.push(step, at >= file.size)
      }
      for (const chunk of pending) if (chunk.length > 0) controller.enqueue(chunk)
      pending = []
      if (at >= file.size) controller.close()
    },
  })
}

/** Bytes of the window that a frame asks for: RFC 8878, 3.1.1.1. */
function windowOf(frame: Uint8Array): number {
  const [, , , , flags = 0, descriptor = 0] = frame
  if ((flags & 0x20) === 0) {
    const base = 2 ** (10 + (descriptor >> 3))
    return base + (base / 8) * (descriptor & 7)
  }
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!
  const sizeBytes = 2 ** (flags >> 6)
  const size = frame.subarray(5 + dictionaryBytes, 5 + dictionaryBytes + sizeBytes)
  return size.reduceRight((sum, byte) => sum * 256 + byte, 0)
}
