import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ExplainedError } from '../lib/run_main.ts'

/** Throws ExplainedError where `outDir` holds anything but a former build: it is replaced as a whole. */
export function checkOutFolder(outDir: string): void {
  if (!existsSync(outDir) || readdirSync(outDir).length === 0 || existsSync(join(outDir, 'manifest.json'))) return
  throw new ExplainedError(
    `${outDir}: expected a folder of published files (with manifest.json), an empty one or none, found other files. Fix: name another folder with --out.`,
  )
}

/** The folder beside `outDir` that a release lies in. */
export function releaseFolder(outDir: string, release: string): string {
  return `${outDir}.${release}`
}

/**
 * Lets `outDir` be the complete folder of a release: a symbolic link, which one rename replaces, so that a crash leaves the former release or the
 * new one. The former folder stays until the next release, for those who read it. A folder of an older form, which is no link, goes first.
 */
export async function switchTo(outDir: string, release: string): Promise<void> {
  const former = isLink(outDir) ? basename(readlinkSync(outDir)) : null
  const target = basename(releaseFolder(outDir, release))
  const link = `${outDir}.link`
  await rm(link, { force: true })
  await symlink(target, link, 'junction')
  if (!isLink(outDir)) await rm(outDir, { recursive: true, force: true })
  await rename(link, outDir)
  await removeReleases(outDir, new Set([former, target]))
}

async function removeReleases(outDir: string, kept: ReadonlySet<string | null>): Promise<void> {
  const pattern = new RegExp(`^${escapePattern(basename(outDir))}\\.[0-9a-f]{12}$`)
  for (const name of readdirSync(dirname(outDir)))
    if (pattern.test(name) && !kept.has(name)) await rm(join(dirname(outDir), name), { recursive: true, force: true })
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
