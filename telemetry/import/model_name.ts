/** First segments that mean a local folder, not an organisation on the Hugging Face hub. */
const LOCAL_FOLDERS = new Set(
  'checkpoints ckpt ckpts data home hub local mnt model models opt root scratch srv tmp user users var weights workspace'.split(
    ' ',
  ),
)

/** `…/models--org--repo/snapshots/<revision>[/file]`, the layout of the Hugging Face cache. */
const HUB_CACHE = /(?:^|\/)models--([^/]+?)--([^/]+)\/snapshots\/[^/]+(?:\/([^/]+))?\/?$/

const GGUF_SPLIT = /-\d{5}-of-\d{5}$/
const GGUF_QUANTIZATION =
  /[-._]((?:UD-|i1-)?(?:I?Q[1-8](?:_[A-Z0-9]+)*|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4|BF16|F16|FP16|F32))$/i

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
  const [org, repo, ...rest] = name.split('/')
  const isRepository = org && repo && rest.length === 0 && !/^[.~]/.test(org) && !LOCAL_FOLDERS.has(org.toLowerCase())
  return isRepository ? `hf:${org}/${repo}` : baseName(name)
}

/** The model reference for the path of a GGUF file: its base name without `.gguf` and the number of the split. */
export function modelRefOfGguf(path: string): string {
  return hubCacheRef(path) ?? ggufStem(path)
}

/** The quantisation that a GGUF file name ends in (`Q4_K_M`, `UD-Q4_K_XL`, `i1-Q4_K_M`, `F16`), as written there. */
export function quantizationOfGguf(path: string): string | undefined {
  return GGUF_QUANTIZATION.exec(ggufStem(path))?.[1]
}

function ggufStem(path: string): string {
  return baseName(path)
    .replace(/\.gguf$/i, '')
    .replace(GGUF_SPLIT, '')
}

function hubCacheRef(path: string): string | undefined {
  const [, org, repo, file] = HUB_CACHE.exec(path.replaceAll('\\', '/')) ?? []
  if (!org || !repo) return undefined
  return file ? `hf:${org}/${repo}/${file}` : `hf:${org}/${repo}`
}
