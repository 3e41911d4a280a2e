import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** What a request path means: a file to send, another address to go to, or a refusal. */
export type Resolved =
  | { kind: 'file'; path: string; size: number; mtimeMs: number }
  | { kind: 'redirect'; location: string }
  | { kind: 'refused'; status: 400 | 403 | 404 }

const NOT_FOUND: Resolved = { kind: 'refused', status: 404 }

/**
 * Finds the file of a static site for a raw request target, as GitHub Pages does: the file itself, `index.html` of a
 * folder (after a redirect to its trailing slash), or the name with `.html` added.
 *
 * @param root real path of the served folder
 * @param basePath begins and ends with a slash
 * @param target `request.url` as received: still encoded, so that no decoding has hidden a `..`
 */
export async function resolveFile(root: string, basePath: string, target: string): Promise<Resolved> {
  const [rawPath = '', query] = splitQuery(target)
  const path = decodePath(rawPath)
  if (path === null) return { kind: 'refused', status: 400 }
  if (`${path}/` === basePath) return { kind: 'redirect', location: basePath + query }
  if (!path.startsWith(basePath)) return NOT_FOUND
  const segments = path.slice(basePath.length).split('/')
  if (segments.includes('..')) return { kind: 'refused', status: 403 }
  return findCandidate(root, segments.join(sep), { rawPath, query })
}

async function findCandidate(
  root: string,
  relative: string,
  raw: { rawPath: string; query: string },
): Promise<Resolved> {
  const wantsFolder = relative === '' || relative.endsWith(sep)
  const exact = await statInside(root, join(root, relative))
  if (exact === 'outside') return { kind: 'refused', status: 403 }
  if (exact?.isFolder) {
    const index = await asFile(root, join(root, relative, 'index.html'))
    if (index.kind !== 'file' || wantsFolder) return index
    // Leading slashes are collapsed: `//host/folder` would otherwise redirect to another host.
    return { kind: 'redirect', location: `${raw.rawPath.replace(/^\/+/, '/')}/${raw.query}` }
  }
  if (wantsFolder) return NOT_FOUND
  return asFile(root, join(root, exact ? relative : `${relative}.html`))
}

async function asFile(root: string, path: string): Promise<Resolved> {
  const found = await statInside(root, path)
  if (found === 'outside') return { kind: 'refused', status: 403 }
  if (found === null || found.isFolder) return NOT_FOUND
  return { kind: 'file', path: found.path, size: found.size, mtimeMs: found.mtimeMs }
}

/** Looks a path up behind its symbolic links; `outside` where they lead out of the root, null where nothing is there. */
async function statInside(root: string, path: string) {
  try {
    const real = await realpath(path)
    if (real !== root && !real.startsWith(root + sep)) return 'outside' as const
    const found = await stat(real)
    if (!found.isFile() && !found.isDirectory()) return null
    return { path: real, isFolder: found.isDirectory(), size: found.size, mtimeMs: found.mtimeMs }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null
    throw error
  }
}

function splitQuery(target: string): [string, string] {
  const at = target.search(/[?#]/)
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at)]
}

function decodePath(raw: string): string | null {
  try {
    const path = decodeURIComponent(raw)
    return path.includes('\0') || path.includes('\\') ? null : path
  } catch {
    return null
  }
}
