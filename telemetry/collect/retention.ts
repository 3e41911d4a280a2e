import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { orNull } from '../buffer/files.ts'
import { isPast } from './months.ts'

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

/** Every month that a collector has samples of, by contributor. */
export async function listMonths(dir: string): Promise<{ contributor: string; month: string }[]> {
  const samples = join(dir, 'samples')
  const found: { contributor: string; month: string }[] = []
  for (const contributor of (await orNull(readdir(samples))) ?? [])
    for (const month of (await orNull(readdir(join(samples, contributor)))) ?? [])
      if (MONTH.test(month)) found.push({ contributor, month })
  return found.sort((a, b) => (a.month + a.contributor < b.month + b.contributor ? -1 : 1))
}

/** Deletes the months that ended more than so many days ago; returns how many folders that were. */
export async function removePastMonths(dir: string, keep_days: number, now_ms: number): Promise<number> {
  const past = (await listMonths(dir)).filter(({ month }) => isPast(month, keep_days, now_ms))
  for (const { contributor, month } of past)
    await rm(join(dir, 'samples', contributor, month), { recursive: true, force: true })
  return past.length
}
