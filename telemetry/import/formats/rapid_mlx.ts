import { z } from 'zod'
import { modelRefOfName } from '../../../contracts/names/model_ref.ts'
import type { Findings } from '../findings.ts'
import { dayOf, hasKeys, parseDocument, placeOf, readEach } from '../reading.ts'
import type { Draft, Format, InputDocument } from '../types.ts'

const help = `Reads the community submissions of Rapid-MLX: one run for each bucket, the median of its rounds.

  tokens_in, tokens_out   prompt_tokens and max_tokens of the bucket
  first_token_ms   ttft_ms.median
  decode_time_ms   (max_tokens − 1) / decode_tps.median
  runs             the rounds
  model_ref        model.hf_path; ts  the day of submitted_at
  gpu_name, vram_total_mb   hardware.chip (with its GPU cores), ram_gb
  engine           mlx; engine_version  software.mlx`

const Median = z.object({ median: z.number().min(0) }).nullish()

/** raullenchai/Rapid-MLX community-benchmarks/submissions, schema_version 1 (2026-06 to 2026-11). */
const Submission = z.object({
  submitted_at: z.string(),
  hardware: z.object({ chip: z.string().min(1), ram_gb: z.number().nullish(), gpu_cores: z.int().nullish() }),
  software: z.object({ mlx: z.string().nullish() }).nullish(),
  model: z.object({ hf_path: z.string().min(1) }),
  config: z.object({
    buckets_spec: z.record(z.string(), z.object({ prompt_tokens: z.int().min(0), max_tokens: z.int().min(1) })),
  }),
  buckets: z.record(
    z.string(),
    z.object({ decode_tps: Median, ttft_ms: Median, rounds_raw: z.array(z.unknown()).nullish() }),
  ),
})
type Submission = z.infer<typeof Submission>

/** Rapid-MLX, a server for MLX. */
export const rapidMlx: Format = {
  name: 'rapid-mlx',
  summary: 'Rapid-MLX: community submissions',
  unit: 'run',
  detect: ({ value }) => hasKeys(value, 'buckets', 'submitted_at') && hasKeys(value.config, 'buckets_spec'),
  help,
  read: (documents) => readEach(documents, readSubmission),
}

function readSubmission(document: InputDocument, findings: Findings): Draft[] {
  const submission = parseDocument(Submission, document, 'Rapid-MLX', findings)
  if (!submission) return []
  return Object.entries(submission.buckets).flatMap(([name, bucket], index) => {
    const spec = submission.config.buckets_spec[name]
    if (spec && (bucket.ttft_ms || bucket.decode_tps?.median))
      return [toDraft(document, submission, spec, bucket, index + 1)]
    findings.skip(placeOf(document), 1, `bucket ${index + 1} has no times or no lengths`)
    return []
  })
}

function toDraft(
  document: InputDocument,
  submission: Submission,
  spec: { prompt_tokens: number; max_tokens: number },
  bucket: Submission['buckets'][string],
  number: number,
): Draft {
  const { hardware, software, model, submitted_at } = submission
  const speed = bucket.decode_tps?.median
  return {
    kind: 'run',
    facts: {
      ts: dayOf(submitted_at),
      model_ref: modelRefOfName(model.hf_path),
      engine: 'mlx',
      engine_version: software?.mlx ?? undefined,
      gpu_name: hardware.gpu_cores ? `${hardware.chip} (${hardware.gpu_cores} GPU cores)` : hardware.chip,
      gpu_count: 1,
      vram_total_mb: hardware.ram_gb ? Math.round(hardware.ram_gb * 1024) : undefined,
      measurement_type: 'single_stream',
      concurrency: 1,
    },
    figures: {
      tokens_in: spec.prompt_tokens,
      tokens_out: spec.max_tokens,
      first_token_ms: bucket.ttft_ms?.median ?? null,
      decode_time_ms: speed ? ((spec.max_tokens - 1) / speed) * 1000 : null,
      total_time_ms: null,
      runs: Math.max(1, bucket.rounds_raw?.length ?? 1),
    },
    identity: { tool: 'rapid-mlx', parts: [{ row: document.value, number }] },
    place: { ...placeOf(document), item: `bucket ${number}` },
    units: 1,
  }
}
