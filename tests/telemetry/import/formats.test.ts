import { describe, expect, it } from 'vitest'
import { readDocuments } from '../../../telemetry/import/documents/read_documents.ts'
import { FORMATS } from '../../../telemetry/import/formats/index.ts'
import { readFiles } from '../../../telemetry/import/import_files.ts'
import { AIPERF_SUMMARY, CANARY, FORMAT_CASES } from './support/format_cases.ts'

function read(...inputs: (string | object)[]) {
  const files = inputs.map((input, index) => ({
    name: `${index}`,
    bytes: new TextEncoder().encode(typeof input === 'string' ? input : JSON.stringify(input, null, 1)),
  }))
  return readFiles(files, FORMATS, {})
}

describe('every format is told by its content', () => {
  it.each(FORMAT_CASES)('$format $what', ({ input, format, kind, facts, figures }) => {
    const { files, drafts, problems } = read(input)
    expect(files[0]!.formats).toEqual([format])
    expect(drafts).toHaveLength(1)
    expect(drafts[0]).toMatchObject({ kind, facts, figures })
    expect(JSON.stringify([drafts.map(({ facts, figures }) => [facts, figures]), problems])).not.toContain(CANARY)
  })

  it('by one only', () => {
    for (const { input, format } of FORMAT_CASES) {
      const text = typeof input === 'string' ? input : JSON.stringify(input)
      for (const document of readDocuments('f', new TextEncoder().encode(text)).documents) {
        const names = FORMATS.filter((candidate) => candidate.detect(document)).map(({ name }) => name)
        expect(names.length === 0 || names.join() === format, names.join()).toBe(true)
      }
    }
  })
})

it('what the requests of AIPerf lack is taken from the summary beside them', () => {
  const request = FORMAT_CASES.find(({ what }) => what === 'a request')!.input
  const { drafts } = read(request, AIPERF_SUMMARY)
  expect(drafts).toMatchObject([
    { kind: 'sample', facts: { model_ref: 'hf:openai/gpt-oss-20b', concurrency: 100, gpu_count: 2 } },
  ])
})

it.each([
  [{ avg_latency: 1, latencies: [1], percentiles: {} }, 'vllm bench latency'],
  [{ elapsed_time: 1, num_requests: 1, total_num_tokens: 1 }, 'vllm bench throughput'],
  [{ report: { prefill: {}, decode: {} } }, 'optimum-benchmark'],
  ['Request Throughput (req/sec): 43.2\nTotal Output Throughput (tokens/sec):   5530.7\n', '--report_json'],
])('what holds too little is named, with the way to more: %j', (input, words) => {
  const { drafts, problems } = read(input)
  expect(drafts).toEqual([])
  expect(problems.map(({ reason }) => reason).join()).toContain(words)
})
