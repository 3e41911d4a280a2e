import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, FILE_MODE, type Files, FOLDER_MODE, listFolder } from './files.ts'
import { layout } from './layout.ts'

/** Limits of what is kept for inspection: files in all, bytes of each. */
const KEPT_FILES = 64
const KEPT_BYTES = 16_384

/** Copies bytes that are not a record to a file for inspection, within the limits. Never rejects: they are counted anyway. */
export async function keepUnreadable(
  files: Files,
  dir: string,
  handle: FileHandle,
  { id, offset, end }: { id: string; offset: number; end: number },
): Promise<void> {
  try {
    const folder = layout.unreadable(dir)
    if ((await listFolder(files, folder)).length >= KEPT_FILES) return
    await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE })
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(end - offset, KEPT_BYTES)), 0, null, offset)
    const copy = await files.open(join(folder, `${id}.${offset}`), 'wx', FILE_MODE)
    await copy.writeFile(buffer.subarray(0, bytesRead)).finally(() => copy.close())
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return
  }
}
