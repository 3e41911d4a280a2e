/** A model name taken apart: whose it is, what it is called, and which build of it. */
export interface ModelReference {
  /** The organisation or user of a repository. */
  owner: string | null
  /** What the model may be called, best first, without folders, file extension and the number of a shard: the file, then its repository. */
  stems: string[]
  /** What follows the colon of a tag (`8b-instruct-q4_K_M`, `latest`), or the `@` of LM Studio. */
  tag: string | null
  /** Whether it is the plain id of a repository, `org/repo`. */
  is_repository: boolean
}

/** First segments that mean a local folder, or all of Ollama's library, not an organisation on the Hugging Face hub. */
export const LOCAL_FOLDERS = new Set(
  'checkpoints ckpt ckpts data home hub library local mnt model models opt root scratch srv tmp user users var volumes weights workspace'.split(
    ' ',
  ),
)

const SCHEME = /^(?:hf:|repo:|(?:https?:\/\/)?(?:hf\.co|huggingface\.co|modelscope\.cn(?:\/models)?)\/)/i
const OLLAMA_HOST = /^(?:https?:\/\/)?(?:registry\.ollama\.ai|ollama\.com)\/(?:library\/)?/i
/** `models--org--repo[/snapshots/<revision>[/file]]`, the layout of the Hugging Face cache. */
export const HUB_CACHE = /(?:^|\/)models--([^/]+?)--([^/]+)(?:\/snapshots\/[^/]+(?:\/(.+?))?)?\/?$/
/** `org_repo-GGUF_file.gguf`, the layout of llama.cpp's cache. */
const LLAMA_CPP_CACHE = /^([A-Za-z0-9][A-Za-z0-9.-]*)_([A-Za-z0-9].*?[-_.]GGUF)_(.+)$/i
const WEIGHT_FILE = /\.(?:gguf|ggml|safetensors|bin|pth?|onnx|llamafile|nemo|mlx|engine)$/i
/** `.part1of2` and `-split-a` of files that were cut to be uploaded; ` (1)` and ` - Copy` of files that were fetched or copied again. */
const PIECE = /\.part\d+of\d+$|-split-[a-z]$| ?\(\d{1,2}\)$| - copy$/i
const SHARD = /[-_.](?:split[-_.])?\d{5}[-_]of[-_]\d{5}$/i
/** Names of files that say nothing of the model: their repository does. */
const PLAIN_FILE =
  /^(?:(?:ggml|pytorch|consolidated)?[-_.]?model(?:[-_.]\d+)?|consolidated(?:[-_.]\d+)?|weights|main|index)$/i

/** Takes a raw name apart: a path in either notation, a repository's id or address, a place in a cache, a tag of Ollama, a file. */
export function readReference(raw: string): ModelReference {
  const text = raw.trim().replaceAll('\\', '/').replace(OLLAMA_HOST, '')
  const [, owner, repository, file] = HUB_CACHE.exec(text) ?? []
  if (owner && repository) return { ...reference(owner, [file, repository]), is_repository: file === undefined }
  const hub = SCHEME.test(text)
  const { name, tag } = splitTag(text.replace(SCHEME, ''))
  const parts = name.split('/').filter(Boolean)
  if (isRepositoryPath(name, parts, hub)) {
    const [org, repo, ...rest] = parts
    const found = reference(org!, [rest.at(-1), repo!], tag)
    return { ...found, is_repository: rest.length === 0 && tag === null }
  }
  return bareReference(parts.at(-1) ?? '', tag)
}

function bareReference(name: string, tag: string | null): ModelReference {
  const stem = stemOf(name)
  const [, owner, repository, file] = LLAMA_CPP_CACHE.exec(stem) ?? []
  if (owner && repository) return reference(owner, [file, repository], tag)
  return { owner: null, stems: stem === '' ? [] : [stem], tag, is_repository: false }
}

function reference(owner: string, names: (string | undefined)[], tag: string | null = null): ModelReference {
  const stems = names
    .filter((name) => name !== undefined)
    .map((name) => stemOf(name.split('/').at(-1)!))
    .filter((stem, place, all) => stem !== '' && (place === all.length - 1 || !PLAIN_FILE.test(stem)))
  return { owner, stems, tag, is_repository: false }
}

/** `org/repo`, `org/repo/file` and `org/repo/…/file.gguf`, but no path into a local folder. */
function isRepositoryPath(name: string, parts: string[], hub: boolean): boolean {
  const [org, repo] = parts
  if (!org || !repo || /^[/~.]/.test(name) || /^[a-z]:$/i.test(org)) return false
  if (hub) return true
  if (LOCAL_FOLDERS.has(org.toLowerCase())) return false
  return parts.length === 2 || (parts.length === 3 && WEIGHT_FILE.test(parts[2]!))
}

/** The colon of a tag stands after the last slash; that of a Windows drive before one. */
function splitTag(name: string): { name: string; tag: string | null } {
  const [, before, tag] = /^(.*[^/:@])[:@]([^/:@]+)$/.exec(name) ?? []
  return before && tag ? { name: before, tag: REVISION.test(tag) ? null : tag } : { name, tag: null }
}

/** A branch or commit of a repository, which says nothing of the model. */
const REVISION = /^(?:main|master|[0-9a-f]{40})$/

/** A file's name without extension and shard, in whichever order the two stand. */
export function stemOf(name: string): string {
  let stem = name
  for (let before = ''; before !== stem; ) {
    before = stem
    stem = stem.replace(PIECE, '').replace(WEIGHT_FILE, '').replace(SHARD, '')
  }
  return stem
}
