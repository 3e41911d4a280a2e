import type { BenchmarkRun } from '../../contracts/index.ts'

/** What the command that starts an inference server tells. */
export interface Launch {
  engine: string
  /** The model as the command names it: a repository or a path; null where the command holds no model. */
  model: string | null
  /** GPUs that the degrees of parallelism take. */
  gpu_count: number
  options: Pick<
    BenchmarkRun,
    | 'tensor_parallel'
    | 'pipeline_parallel'
    | 'data_parallel'
    | 'expert_parallel'
    | 'kv_cache_dtype'
    | 'speculative'
    | 'speculative_method'
  >
}

/** Where each engine's command holds the model. */
const COMMANDS: readonly { command: RegExp; model: RegExp; engine: string }[] = [
  { command: /\bvllm serve\b/, model: /\bvllm serve\s+(?:--model[ =]+)?([^\s-]\S*)/, engine: 'vllm' },
  {
    command: /\bsglang(?:\.launch_server|\s+serve)\b/,
    model: /--model(?:-path)?[ =]+(\S+)/,
    engine: 'sglang',
  },
  { command: /\btrtllm-serve\b/, model: /\btrtllm-serve\s+([^\s-]\S*)/, engine: 'tensorrt-llm' },
]

const METHODS: readonly [RegExp, BenchmarkRun['speculative_method']][] = [
  [/EAGLE3/i, 'eagle3'],
  [/EAGLE/i, 'eagle'],
  [/NEXTN|mtp/i, 'mtp'],
  [/ngram/i, 'ngram'],
]

/** Reads the command that starts vLLM, SGLang or TensorRT-LLM; null if it is none of these. Lines that end in a backslash continue. */
export function readLaunch(text: string): Launch | null {
  const line = text.replace(/\\\s*\n/g, ' ')
  const found = COMMANDS.find(({ command }) => command.test(line))
  if (found === undefined) return null
  return { engine: found.engine, model: found.model.exec(line)?.[1] ?? null, ...readOptions(line, found.engine) }
}

/** Reads the options of a command, or a list of options alone. */
export function readOptions(line: string, engine: string): Pick<Launch, 'gpu_count' | 'options'> {
  const tensor_parallel = degree(line, /(?:^|\s)(?:-tp|--tp|--tp[-_]size|--tensor-parallel-size)[ =]+(\d+)/)
  const pipeline_parallel = degree(line, /(?:^|\s)(?:-pp|--pp|--pp[-_]size|--pipeline-parallel-size)[ =]+(\d+)/)
  const data_parallel = degree(line, /(?:^|\s)(?:-dp|--dp|--dp[-_]size|--data-parallel-size)[ =]+(\d+)/)
  const expert_parallel = degree(line, /(?:^|\s)(?:--ep|--ep[-_]size)[ =]+(\d+)/)
  // SGLang's data-parallel attention splits the GPUs of the tensor-parallel group; it adds none.
  const replicas = engine === 'sglang' && /--enable-dp-attention/.test(line) ? 1 : (data_parallel ?? 1)
  return {
    gpu_count: (tensor_parallel ?? 1) * (pipeline_parallel ?? 1) * replicas,
    options: { tensor_parallel, pipeline_parallel, data_parallel, expert_parallel, ...cacheOf(line), ...draftOf(line) },
  }
}

/** The last command that starts a server in a text; null if there is none. */
export function findLaunch(text: string): Launch | null {
  const commands = text.match(
    /[^\n]*(?:vllm serve|sglang\.launch_server|sglang serve|trtllm-serve)(?:[^\n]*\\\s*\n)*[^\n]*/g,
  )
  return commands === null ? null : readLaunch(commands.at(-1)!)
}

function degree(line: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(line)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function cacheOf(line: string): Pick<BenchmarkRun, 'kv_cache_dtype'> {
  const dtype = /--kv-cache-dtype[ =]+(\S+)/.exec(line)?.[1]
  const known = ['fp8', 'fp8_e4m3', 'fp8_e5m2', 'bf16'] as const
  return { kv_cache_dtype: known.find((name) => name === dtype) }
}

function draftOf(line: string): Pick<BenchmarkRun, 'speculative' | 'speculative_method'> {
  const setting = /--speculative-(?:algorithm|algo|config)[ =]+('[^']*'|\S+)/.exec(line)?.[1]
  if (setting === undefined) return {}
  return { speculative: true, speculative_method: METHODS.find(([pattern]) => pattern.test(setting))?.[1] ?? 'other' }
}
