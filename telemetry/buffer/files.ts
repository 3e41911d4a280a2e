import { link, mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'

/** The file operations of the buffer, so that a test can make them fail as a disk does. */
export interface Files {
  link: typeof link
  mkdir: typeof mkdir
  open: typeof open
  readdir(path: string): Promise<string[]>
  readFile(path: string, encoding: 'utf8'): Promise<string>
  rename: typeof rename
  stat(path: string): Promise<{ size: number; mtimeMs: number; uid: number; mode: number }>
  unlink: typeof unlink
  utimes: typeof utimes
}

export const systemFiles: Files = { link, mkdir, open, readdir, readFile, rename, stat, unlink, utimes }

export const FOLDER_MODE = 0o700
export const FILE_MODE = 0o600

export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'UNKNOWN'
}

/** The result of an operation on a file; null if the file does not exist, or no longer. */
export async function orNull<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** The names in a folder; empty if the folder does not exist. */
export async function listFolder(files: Files, path: string): Promise<string[]> {
  return (await orNull(files.readdir(path))) ?? []
}

/** Deletes a file; one that is already gone is fine. */
export async function removeFile(files: Files, path: string): Promise<void> {
  await orNull(files.unlink(path))
}

/** Throws if others than this user and root may exchange the files of a folder. */
export async function assertOwnFolder(files: Files, path: string): Promise<void> {
  const own_uid = process.getuid?.()
  if (own_uid === undefined) return
  const { uid, mode } = await files.stat(path)
  const found: string[] = []
  if (uid !== own_uid && uid !== 0) found.push(`that belongs to user ${uid}`)
  if ((mode & 0o002) !== 0) found.push(`that everyone may write to (mode 0${(mode & 0o777).toString(8)})`)
  if (found.length > 0) throw Object.assign(new Error(`a folder ${found.join(' and ')}`), { code: 'EUNSAFE' })
}

/** Makes what was created, renamed or deleted in a folder survive a power cut, if the system can. */
export async function syncFolder(files: Files, path: string): Promise<void> {
  try {
    const handle = await files.open(path, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Windows cannot open folders, some network file systems cannot sync them; the change is then as safe as they make it.
  }
}

/**
 * Replaces a file atomically: writes a temporary file, syncs it, then renames it. One process at a time may do so. The temporary file
 * is always a new one: whoever else may write to the folder cannot have it be a link to another file.
 */
export async function replaceFile(files: Files, path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await removeFile(files, temporary)
    const handle = await files.open(temporary, 'wx', FILE_MODE)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await files.rename(temporary, path)
  } catch (error) {
    await removeFile(files, temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(files, folderOf(path))
}

function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '') || '/'
}
