import { z } from 'zod'
import {
  concurrency,
  count,
  decodeTimeMs,
  engine,
  engineVersion,
  exit,
  firstTokenMs,
  gpuCount,
  gpuName,
  LIMITS,
  launchFields,
  measurementType,
  modelRef,
  outputTps,
  pieces,
  quantization,
  speculative,
  TIMING_SOURCES,
  text,
  tokensIn,
  tokensOut,
  vramTotalMb,
  vramUsedMbPeak,
} from './fields.ts'

/** The schema version that a sample may state; additive changes keep it. */
export const EVENT_SCHEMA_VERSION = 1

const required = {
  ts: text('timestamp', { title: 'Time', description: 'When the task ended, RFC 3339 in UTC.' }),
  tenant_id: text('tenant_id', {
    title: 'Tenant',
    description: 'Whose task it was, as the operator names tenants; `anon` where there are none.',
  }),
  job_id: text('job_id', { title: 'Job', description: 'Identifies the task on its host.' }),
  model_ref: modelRef,
  engine,
  engine_version: engineVersion,
  gpu_name: gpuName,
  vram_total_mb: vramTotalMb.nullable(),
  vram_used_mb_peak: vramUsedMbPeak.nullable(),
  tokens_in: tokensIn,
  tokens_out: tokensOut,
  first_token_ms: firstTokenMs.nullable(),
  decode_time_ms: decodeTimeMs.nullable(),
  exit,
}

const additive = {
  schema_version: z
    .literal(EVENT_SCHEMA_VERSION)
    .optional()
    .meta({ title: 'Schema version', description: 'Version of this contract.' }),
  gpu_count: gpuCount.optional(),
  quantization: quantization.optional(),
  measurement_type: measurementType.optional(),
  concurrency: concurrency.optional(),
  output_tps: outputTps.optional(),
  pieces: pieces.optional(),
  tokens_in_cached: count(0, LIMITS.tokens, {
    title: 'Cached prompt tokens',
    description: 'Prompt tokens served from a prefix cache.',
    unit: 'tokens',
  }).optional(),
  cold_start: z
    .boolean()
    .optional()
    .meta({ title: 'Cold start', description: 'Whether the engine loaded the model for this task.' }),
  speculative: speculative.optional(),
  streamed: z.boolean().optional().meta({
    title: 'Streamed',
    description:
      'False where the answer came in one piece, or tokens of it were not sent: the time of its first token is then the time of the whole answer, and counts as such only where the engine timed it.',
  }),
  tokens_estimated: z.boolean().optional().meta({
    title: 'Tokens estimated',
    description:
      'True where the engine did not report its count, and tokens_out are the pieces of the answer that were seen.',
  }),
  ...launchFields,
  error_code: text('error_code', {
    title: 'Error code',
    description: 'A short code of the failure, never a message.',
  }).optional(),
  timing_source: z
    .enum(TIMING_SOURCES)
    .optional()
    .meta({ title: 'Timing source', description: 'Who measured the times.' }),
  driver_version: text('driver_version', {
    title: 'Driver version',
    description: 'Version of the accelerator driver.',
  }).optional(),
  host_id: text('host_id', {
    title: 'Host',
    description: 'HMAC of the host under a key that stays on it; pairs samples of one host, names nobody.',
  }).optional(),
}

/** One rule between fields. `holds` is the JavaScript form; pipeline/scan applies the same rules to bytes, kept equal by a property test. */
export interface CrossFieldRule<T> {
  path: keyof T & string
  expected: string
  fix: string
  found: (event: T) => string
  holds: (event: T) => boolean
}

type Timed = Pick<
  z.infer<z.ZodObject<typeof required>>,
  'exit' | 'first_token_ms' | 'decode_time_ms' | 'tokens_in' | 'tokens_out'
> & { tokens_in_cached?: number | undefined }

/** The rules between fields, in the order in which their errors are reported. */
export const EVENT_RULES: readonly CrossFieldRule<Timed>[] = [
  {
    path: 'first_token_ms',
    expected: 'a number where exit is "ok"',
    found: (event) => `null with exit "${event.exit}"`,
    fix: 'record the time of the first token, or the exit that the task really had',
    holds: (event) => event.exit !== 'ok' || event.first_token_ms !== null,
  },
  {
    path: 'decode_time_ms',
    expected: 'a number where exit is "ok"',
    found: (event) => `null with exit "${event.exit}"`,
    fix: 'record the time from first to last token (0 for a single token), or the exit that the task really had',
    holds: (event) => event.exit !== 'ok' || event.decode_time_ms !== null,
  },
  {
    path: 'tokens_in_cached',
    expected: 'at most tokens_in',
    found: (event) => `${event.tokens_in_cached} cached of ${event.tokens_in}`,
    fix: 'count cached prompt tokens as part of tokens_in',
    holds: (event) => event.tokens_in_cached === undefined || event.tokens_in_cached <= event.tokens_in,
  },
]

/** Reports every rule that does not hold, as a zod issue at the rule's field. */
export function checkRules<T>(rules: readonly CrossFieldRule<T>[]) {
  return (
    event: T,
    context: { addIssue: (issue: { code: 'custom'; path: string[]; message: string; params: object }) => void },
  ) => {
    for (const rule of rules) {
      if (rule.holds(event)) continue
      const params = { expected: rule.expected, found: rule.found(event), fix: rule.fix }
      context.addIssue({ code: 'custom', path: [rule.path], message: rule.expected, params })
    }
  }
}

/** One anonymous record of one inference task: metadata and timings only (ORCH-3700). Unknown keys are rejected. */
export const TelemetryEvent = z
  .strictObject({ ...required, ...additive })
  .superRefine(checkRules(EVENT_RULES))
  .meta({
    title: 'TelemetryEvent',
    description:
      'One inference task: metadata and timings, no prompt text, no personal data. Unknown keys are rejected; that is how prompt text is kept out.',
  })
export type TelemetryEvent = z.infer<typeof TelemetryEvent>

/** What the pipeline accepts: a TelemetryEvent anonymised for publication. */
export const AnonymizedExport = z
  .strictObject({
    ...required,
    ts: text('day', { title: 'Day', description: 'The day on which the task ended, as T00:00:00Z.' }),
    tenant_id: text('anonymous_tenant_id', {
      title: 'Tenant',
      description: '`anon`, or `anon:` and an HMAC under a key that stays on the host.',
    }),
    job_id: text('anonymous_job_id', {
      title: 'Job',
      description: 'Opaque: an HMAC under a key that stays on the host, so that a sample sent twice counts once.',
    }),
    ...additive,
  })
  .superRefine(checkRules(EVENT_RULES))
  .meta({ title: 'AnonymizedExport', description: 'A TelemetryEvent anonymised for publication.' })
export type AnonymizedExport = z.infer<typeof AnonymizedExport>

/** The 14 keys that every sample carries. */
export const REQUIRED_EVENT_KEYS = Object.keys(required) as (keyof typeof required)[]
