import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { systemFiles } from '../../../telemetry/buffer/files.ts'
import { acquireLock } from '../../../telemetry/buffer/lock.ts'
import { livenessOf, ownIdentity } from '../../../telemetry/buffer/process_identity.ts'
import { makeFolder } from '../support/run_orch.ts'
import { diskError, findDeadPid, newFolder, readAll, readJobs } from './support.ts'

const WRITER = fileURLToPath(new URL('./writer_process.ts', import.meta.url))

/** Appends so many samples in a process of its own; `then` is what it does afterwards. */
function runWriter(dir: string, name: string, samples: number, then: 'close' | 'die'): Promise<string | null> {
  const child = spawn(process.execPath, [WRITER, dir, name, String(samples), then], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_code, signal) => resolve(signal))
  })
}

describe('two processes on one folder', () => {
  it('write what both recorded, each its own in order', async () => {
    const dir = newFolder()
    await Promise.all([runWriter(dir, 'a', 500, 'close'), runWriter(dir, 'b', 500, 'close')])
    const jobs = await readJobs(dir)
    for (const name of ['a', 'b']) {
      const own = jobs.filter((job) => job.startsWith(name))
      expect(own).toEqual(Array.from({ length: 500 }, (_, at) => `${name}-${at}`))
    }
    expect(jobs).toHaveLength(1000)
  })
})

describe('a process that is killed', () => {
  it('loses nothing that it had synced', async () => {
    const dir = newFolder()
    expect(await runWriter(dir, 'a', 300, 'die')).toBe('SIGKILL')
    const records = await readAll(dir)
    const jobs = records.flatMap((record) => (record.kind === 'sample' ? [record.event.job_id] : []))
    expect(jobs).toEqual(Array.from({ length: 300 }, (_, at) => `a-${at}`))
  })
})

describe('a process', () => {
  it('recognises itself, and processes that have ended', () => {
    expect(livenessOf(ownIdentity())).toBe('alive')
    expect(livenessOf({ ...ownIdentity(), pid: findDeadPid() })).toBe('dead')
    expect(livenessOf({ ...ownIdentity(), scope: '00000000' })).toBe('foreign')
  })

  it.runIf(process.platform === 'linux')('is not taken for another that had its id before', () => {
    expect(livenessOf({ ...ownIdentity(), start: '1' })).toBe('dead')
  })
})

describe('a lock', () => {
  const TOKEN = '0123456789abcdef'
  const newLock = () => join(makeFolder(), 'lock')

  it('is held by one at a time', async () => {
    const path = newLock()
    const first = await acquireLock(systemFiles, path)
    expect(first).not.toBeNull()
    expect(await acquireLock(systemFiles, path)).toBeNull()
    await first!.release()
    expect(await acquireLock(systemFiles, path)).not.toBeNull()
  })

  it('of a dead process is taken over, by one of many', async () => {
    const path = newLock()
    writeFileSync(path, JSON.stringify({ ...ownIdentity(), pid: findDeadPid(), token: TOKEN }))
    const taken = await Promise.all(Array.from({ length: 20 }, () => acquireLock(systemFiles, path)))
    expect(taken.filter((lock) => lock !== null)).toHaveLength(1)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
  })

  it('that was taken over is not released by its former holder', async () => {
    const path = newLock()
    const former = await acquireLock(systemFiles, path)
    writeFileSync(path, JSON.stringify({ ...ownIdentity(), token: TOKEN }))
    await former!.release()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ token: TOKEN })
  })

  it('of a process in another container holds while it shows itself', async () => {
    const path = newLock()
    writeFileSync(path, JSON.stringify({ ...ownIdentity(), scope: '00000000', token: TOKEN }))
    expect(await acquireLock(systemFiles, path)).toBeNull()
    const long_ago = new Date(Date.now() - 3_600_000)
    await systemFiles.utimes(path, long_ago, long_ago)
    expect(await acquireLock(systemFiles, path)).not.toBeNull()
  })

  it('that its holder could not delete is free for the same process', async () => {
    const path = newLock()
    const readOnly = { ...systemFiles, unlink: () => Promise.reject(diskError('EROFS')) }
    const first = await acquireLock(readOnly, path)
    expect(await acquireLock(systemFiles, path)).toBeNull()
    await first!.release()
    expect(await acquireLock(systemFiles, path)).not.toBeNull()
  })

  it('without content, as a power cut leaves it, holds nobody up, nor does one whose taking over was cut short', async () => {
    const path = newLock()
    writeFileSync(path, '')
    writeFileSync(`${path}.unreadable`, JSON.stringify({ ...ownIdentity(), pid: findDeadPid(), token: TOKEN }))
    expect(await acquireLock(systemFiles, path)).not.toBeNull()
  })
})
