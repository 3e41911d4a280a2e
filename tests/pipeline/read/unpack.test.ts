import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PackedFile, UnpackError, unpack } from '../../../pipeline/read/unpack.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, content: Uint8Array, compression: PackedFile['compression']): PackedFile {
  const absolutePath = join(folder, name)
  writeFileSync(absolutePath, content)
  return { absolutePath, compression }
}

const text = Buffer.from('{"a":1}\n'.repeat(10_000))

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s unpacks to what was packed', async (compression, pack) => {
  expect(readFileSync(await unpack(put('a', pack(text), compression), join(folder, 'plain')))).toEqual(text)
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s that unpacks to more than allowed is stopped', async (compression, pack) => {
  const bomb = put('bomb', pack(text), compression)
  await expect(unpack(bomb, join(folder, 'plain'), text.length - 1)).rejects.toThrow(
    new UnpackError('it unpacks to more than 79,999 bytes'),
  )
  expect(readFileSync(await unpack(bomb, join(folder, 'plain'), text.length))).toEqual(text)
})

test('a cut file is an error, not a short result', async () => {
  await expect(unpack(put('cut', gzipSync(text).subarray(0, 60), 'gzip'), join(folder, 'plain'))).rejects.toThrow(
    UnpackError,
  )
})
