import { mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const ID_START = Buffer.from('"job_id":"')
const ID_DIGITS = 8
/** Files that are written at once. */
const AT_ONCE = 2

/**
 * Grows a corpus cheaply: writes copies of its files beside them, whose lines have other ids and are alike in all else. Returns the paths of
 * all copies.
 *
 * @param copies of each file
 * @param packed whether copies are compressed (.zst)
 */
export async function copyCorpus(paths: readonly string[], copies: number, packed: boolean): Promise<string[]> {
  const jobs = paths.flatMap((path) => Array.from({ length: copies }, (_, i) => ({ path, number: i + 1 })))
  const written: string[] = []
  const originals = new Map<string, Promise<Original>>()
  const work = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      if (!originals.has(job.path)) originals.set(job.path, readOriginal(job.path))
      written.push(await writeCopy(await originals.get(job.path)!, job.path, job.number, packed))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return written.sort()
}

interface Original {
  bytes: Buffer
  /** Where the id of each line begins. */
  ids: Int32Array
}

async function readOriginal(path: string): Promise<Original> {
  const bytes = await readFile(path)
  const ids: number[] = []
  for (let at = bytes.indexOf(ID_START); at !== -1; at = bytes.indexOf(ID_START, at + 1)) ids.push(at + ID_START.length)
  return { bytes, ids: Int32Array.from(ids) }
}

async function writeCopy({ bytes, ids }: Original, path: string, number: number, packed: boolean): Promise<string> {
  const copy = Buffer.from(bytes)
  // The digits behind these are random, and differ from line to line.
  const digits = Buffer.from(number.toString(16).padStart(ID_DIGITS, '0'))
  for (const at of ids) copy.set(digits, at)
  const target = path.replace(/\.jsonl$/, `-${number}.jsonl${packed ? '.zst' : ''}`)
  mkdirSync(dirname(target), { recursive: true })
  await writeFile(target, packed ? await compress(copy, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) : copy)
  return target
}
