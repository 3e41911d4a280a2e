import { join } from 'node:path'
import { z } from 'zod'
import { DropCountsSchema } from './drop_counts.ts'
import { errorCode, type Files, FOLDER_MODE, listFolder, replaceFile } from './files.ts'
import { layout } from './layout.ts'
import type { ProcessIdentity } from './process_identity.ts'
import { formatOwner } from './segment_name.ts'
import type { DropCounts } from './types.ts'

/** Identifies a writer of a folder: a process, and within it one opened buffer. */
export interface Writer {
  owner: ProcessIdentity
  /** 8 hexadecimal digits. */
  nonce: string
}

/** The file in which one process counts the samples that it could not write, so that the counts outlive the process. */
export interface LossFile extends Writer {
  name: string
  path: string
}

const Content = z.strictObject({ dropped: DropCountsSchema })
const NAME = /^(\d{1,10})\.([0-9a-z]{1,13})\.([0-9a-f]{8})-([0-9a-f]{8})\.json$/

export async function writeLosses(
  files: Files,
  dir: string,
  writer: Writer,
  dropped: DropCounts,
  options?: { durable: boolean },
): Promise<void> {
  const folder = layout.losses(dir)
  await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  const name = `${formatOwner(writer.owner)}-${writer.nonce}.json`
  await replaceFile(files, join(folder, name), `${JSON.stringify({ dropped })}\n`, options)
}

export async function listLosses(files: Files, dir: string): Promise<LossFile[]> {
  const names = await listFolder(files, layout.losses(dir))
  return names.flatMap((name) => parseLossFileName(dir, name) ?? [])
}

/** The counts of a loss file; null if it is gone or not a loss file. */
export async function readLosses(files: Files, { path }: LossFile): Promise<DropCounts | null> {
  try {
    return Content.parse(JSON.parse(await files.readFile(path, 'utf8'))).dropped
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** null if it is not the name of a loss file. */
export function parseLossFileName(dir: string, name: string): LossFile | null {
  const match = NAME.exec(name)
  if (!match) return null
  const [, pid, start, scope, nonce] = match as unknown as string[]
  const owner = { pid: Number(pid), start: start!, scope: scope! }
  return { owner, nonce: nonce!, name, path: join(layout.losses(dir), name) }
}
