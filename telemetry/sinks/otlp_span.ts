import { createHash } from 'node:crypto'
import type { TelemetryEvent } from '../../contracts/index.ts'

type Attributes = Record<string, string | number | boolean>
type HrTime = [seconds: number, nanoseconds: number]

/** A finished span in the shape that OpenTelemetry's exporters take. */
export interface ReadableSpan {
  name: string
  kind: number
  spanContext: () => { traceId: string; spanId: string; traceFlags: number }
  startTime: HrTime
  endTime: HrTime
  duration: HrTime
  status: { code: number }
  attributes: Attributes
  links: never[]
  events: never[]
  ended: boolean
  resource: { attributes: Attributes }
  instrumentationScope: { name: string }
  droppedAttributesCount: number
  droppedEventsCount: number
  droppedLinksCount: number
}

const KIND_CLIENT = 2
const STATUS_UNSET = 0
const STATUS_ERROR = 2
const SAMPLED = 1
/** Samples do not say which API a task used; this is the convention's name for every kind of generation. */
const OPERATION = 'generate_content'
/** Fields that a convention has a name for, or that the span itself carries. */
const NAMED = new Set([
  'ts',
  'job_id',
  'model_ref',
  'engine',
  'tokens_in',
  'tokens_out',
  'tokens_in_cached',
  'streamed',
])
const RESOURCE = { attributes: { 'service.name': 'orch' } }
const SCOPE = { name: 'orch' }

/**
 * A sample as a span by OpenTelemetry's conventions for generative AI (client inference); what these have no name for is
 * `orch.<field>`, in the sample's units. Its ids come from the job, so that a sample sent twice is the same span.
 */
export function toSpan(event: TelemetryEvent): ReadableSpan {
  const end_ms = Date.parse(event.ts)
  const duration_ms = (event.first_token_ms ?? 0) + (event.decode_time_ms ?? 0)
  const ids = createHash('sha256').update(event.job_id).digest('hex')
  const context = { traceId: ids.slice(0, 32), spanId: ids.slice(32, 48), traceFlags: SAMPLED }
  return {
    name: `${OPERATION} ${event.model_ref}`,
    kind: KIND_CLIENT,
    spanContext: () => context,
    startTime: toHrTime(end_ms - duration_ms),
    endTime: toHrTime(end_ms),
    duration: toHrTime(duration_ms),
    status: { code: failed(event) ? STATUS_ERROR : STATUS_UNSET },
    attributes: { ...conventional(event), ...others(event) },
    links: [],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function conventional(event: TelemetryEvent): Attributes {
  const attributes: Attributes = {
    'gen_ai.operation.name': OPERATION,
    'gen_ai.provider.name': event.engine,
    'gen_ai.request.model': event.model_ref,
    'gen_ai.usage.output_tokens': event.tokens_out,
  }
  // A sample has 0 if the prompt was not counted.
  if (event.tokens_in > 0) attributes['gen_ai.usage.input_tokens'] = event.tokens_in
  if (event.tokens_in_cached !== undefined) attributes['gen_ai.usage.cache_read.input_tokens'] = event.tokens_in_cached
  if (event.streamed !== undefined) attributes['gen_ai.request.stream'] = event.streamed
  if (event.streamed !== false && event.first_token_ms !== null)
    attributes['gen_ai.response.time_to_first_chunk'] = toSeconds(event.first_token_ms)
  if (failed(event)) attributes['error.type'] = event.error_code ?? event.exit
  return attributes
}

function others(event: TelemetryEvent): Attributes {
  const left = Object.entries(event).filter(
    ([field, value]) => !NAMED.has(field) && value !== null && value !== undefined,
  )
  return Object.fromEntries(left.map(([field, value]) => [`orch.${field}`, value as string | number | boolean]))
}

function failed({ exit }: TelemetryEvent): boolean {
  return exit === 'error' || exit === 'reject'
}

function toSeconds(ms: number): number {
  return Math.round(ms * 1000) / 1e6
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
