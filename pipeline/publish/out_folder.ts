import { existsSync, readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ExplainedError } from '../lib/run_main.ts'

/** Throws ExplainedError where `outDir` holds anything but a former build: it is replaced as a whole. */
export function checkOutFolder(outDir: string): void {
  if (!existsSync(outDir) || readdirSync(outDir).length === 0 || existsSync(join(outDir, 'manifest.json'))) return
  throw new ExplainedError(
    `${outDir}: expected a folder of published files (with manifest.json), an empty one or none, found other files. Fix: name another folder with --out.`,
  )
}

/** Puts the complete folder `fresh` in the place of `outDir`. The former one goes only when the new one stands. */
export async function replaceFolder(outDir: string, fresh: string): Promise<void> {
  const former = `${outDir}.former`
  await rm(former, { recursive: true, force: true })
  if (existsSync(outDir)) await rename(outDir, former)
  await rename(fresh, outDir)
  await rm(former, { recursive: true, force: true })
}
