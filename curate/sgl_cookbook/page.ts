import { findLaunch, type Launch } from '../lib/launch.ts'

/** A printed result with what stands above it on its page. */
export interface Block {
  text: string
  /** The line "Hardware" or the heading with a GPU that is nearest above; null if there is none. */
  hardware: string | null
  version: string | null
  /** Stated tensor parallelism. */
  tensor_parallel: number | null
  /** The command that starts the server on that hardware; null if there is none. */
  launch: Launch | null
  /** The model that the benchmark names. */
  benchmarked: string | null
}

const TITLE = '============ Serving Benchmark Result ============'
const HARDWARE = /^(?:[-*\s]*\**Hardware\**:\**\s*(.+)|#+ .*\((\d+x [A-Z]+\d+\w*)[,)].*)$/gim

/** The printed results of a page. */
export function readBlocks(page: string): Block[] {
  const blocks: Block[] = []
  for (let start = page.indexOf(TITLE); start >= 0; start = page.indexOf(TITLE, start + 1)) {
    const above = page.slice(0, start)
    blocks.push({
      text: blockText(page.slice(start + TITLE.length)),
      hardware: last(above, HARDWARE),
      version: last(above, /^[-*\s]*\**SGLang version\**:\**\s*(.+)$/gim),
      tensor_parallel: Number(last(above, /Tensor Parallelism\**:\**\s*(\d+)/gi)) || null,
      launch: launchAbove(above.slice(lastIndex(above, HARDWARE))),
      benchmarked: last(above, /bench_serving(?:[^\n]*\\\n)*?[^\n]*--model[ =]+(\S+)/g),
    })
  }
  return blocks
}

/** A result ends in a line of equals signs; one that is cut off ends with its code block. */
function blockText(rest: string): string {
  const end = rest.search(/^\s*(={20,}|```)/m)
  return end < 0 ? rest : rest.slice(0, end)
}

function last(text: string, pattern: RegExp): string | null {
  const match = [...text.matchAll(pattern)].at(-1)
  return (match?.[1] ?? match?.[2])?.trim() ?? null
}

/** Where the last match of a pattern begins; the start of the text if there is none. */
function lastIndex(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].at(-1)?.index ?? 0
}

/** Some pages print the options of the benchmark after "sglang serve": that is no command of a server. */
function launchAbove(above: string): Launch | null {
  const launch = findLaunch(above.replace(/sglang serve(?=(?:[^\n]*\\\s*\n)*[^\n]*--num-prompts)/g, 'bench'))
  return launch?.model == null ? null : launch
}
