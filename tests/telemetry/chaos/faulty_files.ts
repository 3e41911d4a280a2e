import type { FileHandle } from 'node:fs/promises'
import type { Files } from '../../../telemetry/buffer/files.ts'
import type { Random } from '../../bench/random.ts'

/** How often an operation fails while the disk is in trouble. */
const FAILING = 0.4

/**
 * A disk that has bad spells: writes that stop half way, no space, failing syncs, truncations and renames. Reading and
 * deleting always work.
 */
export function makeFaultyFiles(files: Files, random: Random): Files {
  const trouble = { until: 0, from: Date.now() + random.int(200) }
  const fails = () => {
    if (Date.now() < trouble.from) return false
    if (Date.now() > trouble.until) {
      if (trouble.until > 0) trouble.from = Date.now() + random.int(200)
      trouble.until = Math.max(trouble.from, Date.now()) + 50 + random.int(150)
      return false
    }
    return random.uniform() < FAILING
  }
  const fail = () => Object.assign(new Error('injected'), { code: random.pick(['ENOSPC', 'EIO', 'ENOSPC', 'EDQUOT']) })
  const open: Files['open'] = async (path, flags, mode) => {
    if (flags !== 'r' && fails()) throw fail()
    return spoil(await files.open(path, flags, mode), fails, fail, random)
  }
  const rename: Files['rename'] = async (from, to) => {
    if (fails()) throw fail()
    await files.rename(from, to)
  }
  return { ...files, open, rename }
}

function spoil(handle: FileHandle, fails: () => boolean, fail: () => Error, random: Random): FileHandle {
  const write = handle.write.bind(handle) as (
    bytes: Buffer,
    offset: number,
    length: number,
    position: null,
  ) => Promise<{ bytesWritten: number; buffer: Buffer }>
  const spoiled = {
    write: async (bytes: Buffer, offset: number, length: number, position: null) => {
      if (!fails()) return write(bytes, offset, length, position)
      if (random.uniform() < 0.5) throw fail()
      return write(bytes, offset, 1 + random.int(length), position)
    },
    truncate: async (length?: number) => {
      if (fails()) throw fail()
      await handle.truncate(length)
    },
    datasync: async () => {
      if (fails()) throw fail()
      await handle.datasync()
    },
    writeFile: async (text: string) => {
      if (fails()) throw fail()
      await handle.writeFile(text)
    },
  }
  return new Proxy(handle, {
    get: (target, key) => {
      const own = (spoiled as Record<string | symbol, unknown>)[key]
      if (own) return own
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
