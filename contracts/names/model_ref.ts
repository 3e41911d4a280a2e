import { HUB_CACHE, LOCAL_FOLDERS, stemOf } from './read_reference.ts'
import { isPrecision, splitPrecision } from './split_precision.ts'

/** The last part of a path in either notation: a model path without its folders, which may hold the user's name. */
export function baseName(path: string): string {
  return (
    path
      .split(/[\\/]+/)
      .filter(Boolean)
      .at(-1) ?? ''
  )
}

/**
 * The model reference for a server's name of its model: `hf:org/repo` for a repository name or a path into the
 * Hugging Face cache, else the base name of the path.
 */
export function modelRefOfName(name: string): string {
  const cached = hubCacheRef(name)
  if (cached) return cached
  const [org, repo, ...rest] = name.replace(REGISTRY, '').split('/')
  const isRepository = org && repo && rest.length === 0 && !/^[.~]/.test(org) && !LOCAL_FOLDERS.has(org.toLowerCase())
  return isRepository ? `hf:${org}/${repo}` : baseName(name)
}

/** Where engines fetch models from by a longer name; what follows tells the owners of models of one name apart. */
const REGISTRY =
  /^(?:https?:\/\/)?(?:hf\.co|huggingface\.co|registry\.ollama\.ai|ollama\.com|docker\.io|ghcr\.io|quay\.io)\//i

/** The model reference for the path of a GGUF file: its base name without `.gguf` and the number of the shard, blanks as hyphens. */
export function modelRefOfGguf(path: string): string {
  return (
    hubCacheRef(path) ??
    ggufStem(path)
      .replaceAll(/[()[\]]/g, '')
      .replaceAll(/\s+/g, '-')
  )
}

/** The precision that a GGUF file name ends in (`Q4_K_M`, `UD-Q4_K_XL`, `i1-Q4_K_M`, `F16`), as written there. */
export function quantizationOfGguf(path: string): string | undefined {
  const stem = ggufStem(path)
  const { units } = splitPrecision(stem)
  const first = units[0]
  if (first === undefined || !units.some(isPrecision)) return undefined
  return stem.slice(stem.lastIndexOf(first, stem.length - units.join('-').length)).replaceAll(/[()[\]]/g, '')
}

function ggufStem(path: string): string {
  return stemOf(baseName(path))
}

function hubCacheRef(path: string): string | undefined {
  const [, org, repo, file] = HUB_CACHE.exec(path.replaceAll('\\', '/')) ?? []
  if (!org || !repo) return undefined
  return file ? `hf:${org}/${repo}/${baseName(file)}` : `hf:${org}/${repo}`
}
