import type { PromptBucket } from '../../contracts/metrics.ts'

/** What a published row records of a run that its commands need. */
export interface RecordedRun {
  engine: string
  /** `org/repo`, without the `hf:` before it. */
  repository: string
  /** Canonical precision; `unknown` where not stated. */
  precision: string
  gpuCount: number
  promptBuckets: readonly PromptBucket[]
  outputBuckets: readonly PromptBucket[]
  /** Requests at once; null for one user, `unknown` where the source does not say. */
  concurrency: number | 'unknown' | null
}

/** Upper ends of the size buckets, in tokens; twice the lower end where there is no upper one. */
const TOKENS: Partial<Record<PromptBucket, number>> = {
  le128: 128,
  le512: 512,
  le2k: 2048,
  le8k: 8192,
  le32k: 32_768,
  gt32k: 65_536,
}
/** What a command asks for where the source does not state the length of answers. */
const USUAL_OUTPUT = 128

interface Sizes {
  prompt: number
  output: number
  /** All sizes that were measured, as llama-bench takes them: `128,512`. */
  prompts: string
  outputs: string
  users: number
  requests: number
}

type Recipe = (run: RecordedRun, sizes: Sizes) => string[]

/**
 * Commands close to a recorded run, in the engine's own tools: llama-bench; `vllm serve` and `vllm bench serve`; SGLang's launch_server and
 * bench_serving; trtllm-serve; mlx_lm.benchmark; `ollama run --verbose` (options as of their documentation of 2025). Null for engines whose
 * tools are not known here.
 */
const RECIPES: Record<string, Recipe> = {
  'llama.cpp': (run, { prompt, output, prompts, outputs, users }) =>
    run.concurrency === null
      ? [`llama-bench -m ${fileOf(run)} -p ${prompts} -n ${outputs} -ngl 99`]
      : [
          `llama-batched-bench -m ${fileOf(run)} -npp ${prompt} -ntg ${output} -npl ${users} -ngl 99 -c ${(prompt + output) * users}`,
        ],
  vllm: (run, sizes) => [
    `vllm serve ${run.repository}${parallel('--tensor-parallel-size', run)}`,
    `vllm bench serve --model ${run.repository} --dataset-name random --random-input-len ${sizes.prompt} --random-output-len ${sizes.output} --max-concurrency ${sizes.users} --num-prompts ${sizes.requests}`,
  ],
  sglang: (run, sizes) => [
    `python -m sglang.launch_server --model-path ${run.repository}${parallel('--tp', run)}`,
    `python -m sglang.bench_serving --backend sglang --dataset-name random --random-input-len ${sizes.prompt} --random-output-len ${sizes.output} --max-concurrency ${sizes.users} --num-prompts ${sizes.requests}`,
  ],
  'tensorrt-llm': (run, sizes) => [
    `trtllm-serve ${run.repository}${parallel('--tp_size', run)}`,
    `vllm bench serve --backend openai --base-url http://127.0.0.1:8000 --model ${run.repository} --dataset-name random --random-input-len ${sizes.prompt} --random-output-len ${sizes.output} --max-concurrency ${sizes.users} --num-prompts ${sizes.requests}`,
  ],
  mlx: (run, { prompt, output }) => [`mlx_lm.benchmark --model ${run.repository} -p ${prompt} -g ${output}`],
  ollama: (run) => [
    `ollama run hf.co/${run.repository}${run.precision === 'unknown' ? '' : `:${run.precision}`} --verbose`,
  ],
}

/** Commands close to what was run; empty for an engine that has no recipe. */
export function reproduceCommands(run: RecordedRun): string[] {
  const users = typeof run.concurrency === 'number' ? run.concurrency : 1
  const [prompts, outputs] = [sizesOf(run.promptBuckets, 512), sizesOf(run.outputBuckets, USUAL_OUTPUT)]
  const sizes = {
    prompt: prompts.at(-1)!,
    output: outputs.at(-1)!,
    prompts: prompts.join(),
    outputs: outputs.join(),
    users,
    requests: Math.max(10, users * 4),
  }
  return Object.hasOwn(RECIPES, run.engine) && isPlain(run) ? RECIPES[run.engine]!(run, sizes) : []
}

/** Names that a shell reads as they are: others are not put into a command. */
function isPlain({ repository, precision }: RecordedRun): boolean {
  return /^[\w.-]+(?:\/[\w.-]+)?$/.test(repository) && /^[\w.-]+$/.test(precision)
}

/** The sizes that were measured, in tokens, smallest first; the usual one where none is stated. */
function sizesOf(buckets: readonly PromptBucket[], usual: number): number[] {
  const known = buckets.flatMap((bucket) => TOKENS[bucket] ?? [])
  return known.length > 0 ? known.sort((a, b) => a - b) : [usual]
}

function fileOf({ repository, precision }: RecordedRun): string {
  const name = repository.split('/').at(-1)!
  return `${name}${precision === 'unknown' ? '' : `-${precision}`}.gguf`
}

function parallel(flag: string, { gpuCount }: RecordedRun): string {
  return gpuCount > 1 ? ` ${flag} ${gpuCount}` : ''
}
