import { hasKeys, placeOf, readEach } from '../reading.ts'
import type { Format, InputDocument } from '../types.ts'

/** Outputs that are known, but hold too little for a sample or a run: named, with the way to more. */
export const TOO_LITTLE: readonly Format[] = [
  tooLittle({
    name: 'vllm-latency',
    summary: 'vLLM: vllm bench latency (named, not read)',
    detect: ({ value }) => hasKeys(value, 'avg_latency', 'latencies', 'percentiles'),
    reason:
      'the output of vllm bench latency: times of whole batches, without model, lengths and batch size; run vllm bench serve --save-result --save-detailed',
  }),
  tooLittle({
    name: 'vllm-throughput',
    summary: 'vLLM: vllm bench throughput (named, not read)',
    detect: ({ value }) => hasKeys(value, 'elapsed_time', 'num_requests', 'total_num_tokens'),
    reason:
      'the output of vllm bench throughput: one rate for prompt and answer together, without model and times; run vllm bench serve --save-result --save-detailed',
  }),
  tooLittle({
    name: 'optimum-benchmark',
    summary: 'optimum-benchmark (named, not read)',
    detect: ({ value }) => hasKeys(value, 'report') && hasKeys(value.report, 'prefill', 'decode'),
    reason:
      'a report of optimum-benchmark: without model and lengths; orch bench measures a server, vllm bench serve --save-detailed vLLM',
  }),
  tooLittle({
    name: 'orch',
    summary: 'samples and runs of orch itself (named, not read)',
    detect: ({ value }) => hasKeys(value, 'gpu_name', 'engine_version', 'first_token_ms', 'exit'),
    reason: 'a line of orch already: check it with orch validate',
  }),
]

interface Known {
  name: string
  summary: string
  detect: (document: InputDocument) => boolean
  reason: string
}

function tooLittle({ name, summary, detect, reason }: Known): Format {
  return {
    name,
    summary,
    unit: 'run',
    detect,
    help: `Not read: ${reason}.`,
    read: (documents) =>
      readEach(documents, (document, findings) => {
        findings.skip(placeOf(document), 1, reason)
        return []
      }),
  }
}
