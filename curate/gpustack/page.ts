/** A page of the performance lab, with what its head states. */
export interface Page {
  /** Path below docs/performance-lab. */
  path: string
  hardware: string
  model: string
  /** Versions by the engine's id. */
  versions: Record<string, string>
  /** Whether the page was measured with guidellm in the place of `vllm bench serve`. */
  isGuidellm: boolean
  /** The text of the page up to its results, with the command that it recommends. */
  head: string
  blocks: Block[]
  /** Settings that did not start. */
  errors: number
}

/** A printed result and the text between it and the heading that it stands under. */
export interface Block {
  text: string
  /** From the start of the results to this block. */
  before: string
}

const ENGINES: Record<string, string> = { vLLM: 'vllm', SGLang: 'sglang', 'TensorRT-LLM': 'tensorrt-llm' }
const TITLE = '============ Serving Benchmark Result ============'
const END = '=================================================='

/** Reads a page; its name holds the path with "/" replaced by "__". */
export function readPage(name: string, text: string): Page {
  const [head = '', results = ''] = text.split(/^## Experiment(?:al)? Results$/m)
  return {
    path: name.replaceAll('__', '/'),
    hardware: section(head, 'Hardware'),
    model: section(head, 'Model').replace(/^- /, ''),
    versions: versionsIn(section(head, 'Engine Version')),
    isGuidellm: head.includes('guidellm'),
    head,
    blocks: blocksIn(results),
    errors: results.match(/^\s*\w+Error\b[:(]/gm)?.length ?? 0,
  }
}

function section(head: string, title: string): string {
  return new RegExp(`^### ${title}\\n+([\\s\\S]*?)(?=^#|$(?![\\s\\S]))`, 'm').exec(head)?.[1]?.trim() ?? ''
}

function versionsIn(text: string): Record<string, string> {
  const found = [...text.matchAll(/^- (vLLM|SGLang|TensorRT-LLM):? v?(\S+)$/gm)]
  return Object.fromEntries(found.map(([, name = '', version]) => [ENGINES[name], version!]))
}

function blocksIn(results: string): Block[] {
  const blocks: Block[] = []
  for (let start = results.indexOf(TITLE); start >= 0; start = results.indexOf(TITLE, start + 1)) {
    const body = results.slice(start + TITLE.length)
    const end = body.indexOf(END)
    blocks.push({ text: end < 0 ? body : body.slice(0, end), before: results.slice(0, start) })
  }
  return blocks
}
