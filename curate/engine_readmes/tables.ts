import { byColumn, type MarkdownTable, numberIn } from '../lib/markdown.ts'

/** A cell with a rate, in the words of its table. */
export interface Cell {
  /** Catalogue id of the engine. */
  engine: string
  model: string
  gpu: string
  gpu_count: number
  quantization: string
  tokens_out: number
  day: string
  rate: number
  draft?: boolean
}

const MLC_ENGINES: readonly [RegExp, string, string][] = [
  [/^MLC/, 'mlc-llm', '2023-10-04'],
  [/^exllama/i, 'exllamav2', '2023-10-05'],
  [/^llama\.cpp/i, 'llama.cpp', '2023-10-02'],
  [/^vLLM/, 'vllm', '2023-10-06'],
]
const PREMAI_ENGINES: readonly [RegExp, string][] = [
  [/^\[transformers/, 'transformers'],
  [/^\[AutoAWQ/, 'autoawq'],
  [/^\[AutoGPTQ/, 'autogptq'],
  [/^\[DeepSpeed/, 'deepspeed'],
  [/^\[ctransformers/, 'ctransformers'],
  [/^\[llama\.cpp/, 'llama.cpp'],
  [/^\[ctranslate/, 'ctranslate2'],
  [/^\[PyTorch Lightning/, 'litgpt'],
  [/^\[Nvidia TensorRT-LLM/, 'tensorrt-llm'],
  [/^\[vllm/, 'vllm'],
  [/^\[exllamav2/, 'exllamav2'],
  [/^\[onnx/, 'onnxruntime'],
  [/^\[Optimum Nvidia/, 'optimum-nvidia'],
]
const FLOATS: Record<string, string> = { float32: 'fp32', float16: 'fp16', int8: 'int8', int4: 'int4' }

/** The cells of a table of mlc-ai/llm-perf-bench: a line without a model continues the one above. */
export function mlcCells(table: MarkdownTable): Cell[] {
  const isHalf = /FP16/.test(table.headings.at(-1) ?? '')
  let model = ''
  return table.rows.flatMap((cells) => {
    const line = byColumn(table, cells)
    model = line.Model || model
    const [, gpu = '', count = '1'] = /^(.*?)(?: x (\d+))?$/.exec(line.GPU ?? '') ?? []
    return MLC_ENGINES.flatMap(([pattern, engine, day]) => {
      const column = table.columns.find((title) => pattern.test(title))
      const rate = column === undefined ? null : numberIn(line[column])
      const fields = { engine, model, gpu, gpu_count: Number(count), quantization: isHalf ? 'fp16' : 'int4' }
      return rate === null ? [] : [{ ...fields, tokens_out: 256, day, rate }]
    })
  })
}

/** The cells of the table of turboderp-org/exllamav2. */
export function exllamaCells(table: MarkdownTable): Cell[] {
  return table.rows.flatMap((cells) => {
    const line = byColumn(table, cells)
    const bits = /EXL2 ([\d.]+) bpw/.exec(line.Mode ?? '')?.[1]
    return ['3090Ti', '4090'].flatMap((gpu) => {
      const rate = numberIn(line[gpu])
      const quantization = bits === undefined ? 'gptq-int4' : `exl2-${bits}bpw`
      const fields = { engine: 'exllamav2', model: `${line.Model} ${line.Size}`, gpu, gpu_count: 1, quantization }
      return rate === null ? [] : [{ ...fields, tokens_out: 128, day: '2023-09-01', rate }]
    })
  })
}

/** The cells of a table of rates of premAI-io/benchmarks. */
export function premaiCells(table: MarkdownTable): Cell[] {
  const model = table.headings.at(-1) ?? ''
  return table.rows.flatMap((cells) => {
    const line = byColumn(table, cells)
    const engine = PREMAI_ENGINES.find(([pattern]) => pattern.test(line.Engine ?? ''))?.[1] ?? ''
    return Object.entries(FLOATS).flatMap(([column, format]) => {
      const rate = numberIn(line[column])
      const quantization = engine === 'autoawq' ? 'awq-int4' : format
      const fields = { engine, model, gpu: 'A100 80', gpu_count: 1, quantization }
      return rate === null ? [] : [{ ...fields, tokens_out: 512, day: '2024-04-30', rate }]
    })
  })
}

/** The cells of the table of NexVeridian/llm-inference-benchmarks. */
export function nexveridianCells(table: MarkdownTable): Cell[] {
  return table.rows.flatMap((cells) => {
    const line = byColumn(table, cells)
    const rate = numberIn(line['Speed (T/s)'])
    const quantization = line.Type === 'MLX' ? `mlx-${line.Quant}bit` : (line.Quant ?? '')
    const draft = line['Spec Dec (B)'] !== '-'
    const model = `${line.Model} ${line['Size (B)']}B`
    const fields = { engine: 'lm-studio', model, gpu: 'M4 Max', gpu_count: 1, quantization, draft }
    return rate === null ? [] : [{ ...fields, tokens_out: 128, day: '2025-06-03', rate }]
  })
}
