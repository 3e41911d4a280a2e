import {
  engine,
  engineVersion,
  gpuCount,
  gpuName,
  modelRef,
  quantization,
  vramTotalMb,
} from '../../../contracts/index.ts'
import { showUrl } from '../../show_url.ts'
import { checkCount, checkText } from '../check_option.ts'
import { assertWritable } from '../output_file.ts'
import { type OptionSpecs, parseOptions, readWholeNumber } from '../usage.ts'
import { UsageError } from '../usage_error.ts'
import { DEFAULT_PROMPTS_PER_STREAM, LOAD_OPTIONS, readLoad } from './load/options.ts'

const DEFAULT_PROMPTS = 6
const DEFAULT_MAX_TOKENS = 256
const DEFAULT_TIMEOUT_S = 300

export const BENCH_OPTIONS = {
  url: { type: 'string', value: 'URL', help: 'base URL of the engine, with or without /v1' },
  model: { type: 'string', value: 'NAME', help: 'the model as the engine calls it' },
  prompts: {
    type: 'string',
    value: 'N',
    help: `requests to measure (${DEFAULT_PROMPTS}); with --concurrency, of each stream at each level (${DEFAULT_PROMPTS_PER_STREAM})`,
  },
  'max-tokens': { type: 'string', value: 'N', help: `longest answer, in tokens (${DEFAULT_MAX_TOKENS})` },
  timeout: { type: 'string', value: 'S', help: `longest wait for one answer, in seconds (${DEFAULT_TIMEOUT_S})` },
  ...LOAD_OPTIONS,
  'api-key-env': { type: 'string', value: 'NAME', help: 'environment variable that holds the API key' },
  out: { type: 'string', value: 'FILE', help: 'write the samples there, ready for a pull request', complete: 'file' },
  force: { type: 'boolean', help: 'overwrite FILE' },
  json: { type: 'boolean', help: 'the samples on standard output, the summary on standard error' },
  engine: { type: 'string', value: 'NAME', help: 'the engine, if it cannot be detected' },
  'engine-version': { type: 'string', value: 'V', help: 'its version' },
  'model-ref': { type: 'string', value: 'REF', help: 'the weights: hf:org/repo, hf:org/repo/file or a bare name' },
  quantization: { type: 'string', value: 'Q', help: 'the precision of the weights, for example Q4_K_M, fp8' },
  gpu: { type: 'string', value: 'NAME', help: 'the GPU as its driver names it, if the engine runs elsewhere' },
  'gpu-count': { type: 'string', value: 'N', help: 'how many of them serve a request' },
  'gpu-devices': {
    type: 'string',
    value: 'N,…',
    help: 'which GPUs of this host the engine uses: their numbers, from 0',
  },
  'vram-total-mb': { type: 'string', value: 'N', help: 'memory of the GPUs together, in MB' },
} as const satisfies OptionSpecs

/** The arguments of `orch bench`. */
export type BenchRequest = ReturnType<typeof readBenchRequest>

/** Reads the arguments of `orch bench`; throws UsageError if they cannot be used. */
export function readBenchRequest(args: readonly string[], env: NodeJS.ProcessEnv) {
  const { values } = parseOptions('orch bench', args, BENCH_OPTIONS)
  if (values.out !== undefined) assertWritable(values.out, values.force ?? false)
  const load = readLoad(values)
  const default_prompts = load ? DEFAULT_PROMPTS_PER_STREAM : DEFAULT_PROMPTS
  return {
    url: readUrl(values.url),
    model: requireText('--model NAME', values.model),
    api_key: readKey(values['api-key-env'], env),
    prompts: readWholeNumber('--prompts', values.prompts, { min: 1, max: 10_000 }) ?? default_prompts,
    max_tokens:
      load?.output_tokens ??
      readWholeNumber('--max-tokens', values['max-tokens'], { min: 2, max: 100_000 }) ??
      DEFAULT_MAX_TOKENS,
    /** What `--concurrency` asks for; null for a run of single streams. */
    load,
    timeout_s: readWholeNumber('--timeout', values.timeout, { min: 1, max: 86_400 }) ?? DEFAULT_TIMEOUT_S,
    out: values.out,
    json: values.json ?? false,
    configured: {
      engine: checkText('--engine', values.engine, engine, 'engine'),
      engine_version: checkText('--engine-version', values['engine-version'], engineVersion, 'engine_version'),
      quantization: checkText('--quantization', values.quantization, quantization, 'quantization'),
    },
    model_ref: checkText('--model-ref', values['model-ref'], modelRef, 'model_ref'),
    gpu: {
      name: checkText('--gpu', values.gpu, gpuName, 'gpu_name'),
      count: checkCount('--gpu-count', values['gpu-count'], gpuCount),
      devices: readDevices(values['gpu-devices']),
      vram_total_mb: checkCount('--vram-total-mb', values['vram-total-mb'], vramTotalMb),
    },
  }
}

function readDevices(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,4}(,\d{1,4})*$/.test(text)) return text.split(',').map(Number)
  throw new UsageError(`--gpu-devices: expected numbers separated by commas, for example 0,1, found "${text}".`)
}

function readUrl(url: string | undefined): string {
  const text = requireText('--url URL', url)
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new UsageError(`--url: expected a URL that begins with http:// or https://, found "${showUrl(text)}".`)
}

function requireText(flag: string, value: string | undefined): string {
  if (value) return value
  throw new UsageError(`orch bench: ${flag} is required.\nSee orch bench --help`)
}

/** The key comes from the environment only, as every user of the host can see a command line. */
function readKey(name: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (name === undefined) return undefined
  const key = env[name]
  if (key) return key
  throw new UsageError(`--api-key-env: expected the name of a variable that is set, found "${name}".`)
}
