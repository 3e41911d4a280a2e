import { expect, test } from 'vitest'
import { aiconfigurator } from '../../curate/aiconfigurator-silicon.ts'
import { convertFiles, droppedRows, flawRows, rowAt } from './fixture.ts'

const COLUMNS = [
  'id',
  'silicon_data_source',
  'backend',
  'backend_version',
  'model_path',
  'system',
  'precision',
  'mode',
  'isl',
  'osl',
  'tp_size',
  'pp_size',
  'attention_dp_size',
  'moe_tp_size',
  'moe_ep_size',
  'silicon_ttft_ms',
  'silicon_tpot_ms',
] as const
type Line = Partial<Record<(typeof COLUMNS)[number], string | number>>

const DUMP = 'db-dump/2026-04-27; silicon_concurrency=64; measured=2026-04-17T00:00:00.000Z'
const line = (changes: Line): string => {
  const plain: Line = {
    id: 'x',
    silicon_data_source: DUMP,
    backend: 'vllm',
    backend_version: '0.19.0',
    model_path: 'openai/gpt-oss-120b',
    system: 'b200_sxm',
    precision: 'fp4',
    mode: 'agg',
    isl: 1024,
    osl: 1001,
    tp_size: 2,
    pp_size: 1,
    attention_dp_size: 1,
    moe_tp_size: 2,
    moe_ep_size: 1,
    silicon_ttft_ms: 500,
    silicon_tpot_ms: '10.125',
  }
  return COLUMNS.map((column) => ({ ...plain, ...changes })[column]).join(',')
}
const source = (text: string) => ({ silicon_data_source: text })
const LINES: Line[] = [
  {},
  // 2 to 4: the first again, with fewer digits and without a day; a contradiction of two.
  { silicon_tpot_ms: '10.13', ...source('kimi-gap-analysis.csv; silicon_concurrency=64') },
  { isl: 8192, silicon_tpot_ms: '10' },
  { isl: 8192, silicon_tpot_ms: '12' },
  { mode: 'disagg' },
  source('2026-03-25.csv; silicon_concurrency=64; wip=True'),
  source('2026-03-25.csv'),
  // 8: tensor × expert parallelism in one column. 9 to 11: degrees that do not fit.
  {
    tp_size: 64,
    moe_tp_size: 8,
    moe_ep_size: 8,
    model_path: 'deepseek-ai/DeepSeek-V3',
    id: 'dsr1_x',
    precision: 'fp8',
  },
  { tp_size: 4, attention_dp_size: 4, moe_tp_size: 1, moe_ep_size: 16 },
  { tp_size: 72, moe_tp_size: 72 },
  { tp_size: 1, attention_dp_size: '', moe_tp_size: 4, ...source('source_file=~/x.csv; silicon_concurrency=8') },
  {
    backend: 'trtllm',
    ...source(`${DUMP}; nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:0.8.1`),
    silicon_ttft_ms: 70_000,
  },
  {
    backend: 'sglang',
    backend_version: 'nightly-dev',
    model_path: 'zhipuai/GLM-5',
    tp_size: 8,
    moe_tp_size: 2,
    moe_ep_size: 4,
    ...source('source_file=~/x.csv; silicon_concurrency=1'),
  },
]
const converted = convertFiles(aiconfigurator, {
  'silicon_sample.csv': [COLUMNS.join(','), ...LINES.map(line)].join('\n'),
})
const at = (row: number) => rowAt(converted, `silicon_sample.csv#${row}`)

test('an entry becomes a row at its concurrency', () => {
  expect(at(1)).toMatchObject({
    ts: '2026-04-17T00:00:00Z',
    model_ref: 'hf:openai/gpt-oss-120b',
    quantization: 'mxfp4',
    engine: 'vllm',
    engine_version: '0.19.0',
    gpu_name: 'NVIDIA B200 SXM 180GB',
    gpu_count: 2,
    tensor_parallel: 2,
    tokens_in: 1024,
    tokens_out: 1001,
    first_token_ms: 500,
    decode_time_ms: 10_125,
    concurrency: 64,
    measurement_type: 'batched_online',
  })
  expect(at(1)).not.toHaveProperty('speculative')
})

test('of one configuration in several dumps the most exact stays, and none that contradict each other', () => {
  expect(() => at(2)).toThrow('no row')
  expect(flawRows(converted, 'up to three dumps')).toBe(1)
  expect(flawRows(converted, 'more than 10 %')).toBe(2)
})

test('the product of degrees is told from the number of GPUs, and R1 from V3', () => {
  expect(at(8)).toMatchObject({ gpu_count: 8, model_ref: 'hf:deepseek-ai/DeepSeek-R1', quantization: 'fp8' })
  expect(at(8)).not.toHaveProperty('tensor_parallel')
})

test("Dynamo's version is not the engine's; a saturated queue stays", () => {
  expect(at(12)).toMatchObject({ engine: 'tensorrt-llm', engine_version: 'unknown', first_token_ms: 70_000 })
  expect(flawRows(converted, 'saturated queue')).toBe(1)
})

test('outside of the dumps the degrees mean what they say', () => {
  expect(at(13)).toMatchObject({
    model_ref: 'hf:zai-org/GLM-5',
    quantization: 'nvfp4',
    engine_version: 'unknown',
    gpu_count: 8,
    expert_parallel: 4,
    measurement_type: 'single_stream',
    ts: null,
  })
})

test('what is left out is counted by reason', () => {
  expect(droppedRows(converted)).toEqual({
    'separate pools of GPUs for prompts and generation': 1,
    'marked as unfinished': 1,
    'no concurrency': 1,
    'the same configuration in another dump': 1,
    'entries of one configuration differ by more than 10 %': 2,
    'number of GPUs not known': 3,
  })
})
