import { z } from 'zod'
import { TelemetryEvent } from '../../../contracts/index.ts'
import { anonymizeEvent } from '../../anonymise/anonymize_event.ts'
import { formatBytes, formatPairs, wrap } from '../format.ts'
import type { Style } from '../style.ts'
import { FORMS, listDestinations } from './destinations.ts'
import type { Settings } from './settings.ts'
import { describeTenants } from './tenants.ts'

/** A made-up task, to show what a sample looks like. */
const EXAMPLE: TelemetryEvent = {
  ts: '2026-03-14T09:26:53.589Z',
  tenant_id: 'anon',
  job_id: '3f0c8a52-6a5e-4f6c-9f0d-2b7c1e4d9a10',
  model_ref: 'hf:org/repo',
  engine: 'vllm',
  engine_version: '0.5.2',
  gpu_name: 'NVIDIA A100-SXM4-40GB',
  vram_total_mb: 40536,
  vram_used_mb_peak: 18234,
  tokens_in: 1024,
  tokens_out: 2048,
  first_token_ms: 420.318,
  decode_time_ms: 9876.204,
  exit: 'ok',
  schema_version: 1,
  gpu_count: 1,
  measurement_type: 'single_stream',
  concurrency: 1,
  streamed: true,
  timing_source: 'gateway',
  driver_version: '535.104.05',
  host_id: '9f2c4e1ab07d53668c1e4b2f90ad7731',
}

/** The example's pseudonyms come from a key of zeros: no real key is created or read to show it. */
const EXAMPLE_KEY = Buffer.alloc(32)

/**
 * All that the operator agrees to: every field, an example as recorded and as sent, and where samples go.
 *
 * @param columns characters in a line
 */
export function formatStatement(settings: Settings, env: NodeJS.ProcessEnv, style: Style, columns: number): string {
  const sections = [
    [
      style.strong('What telemetry records'),
      ...wrap(
        'One sample for each task that the gateway serves: metadata and timings. Never a prompt, an answer, a user name, an address or a key.',
        columns,
      ),
    ],
    [style.strong('Fields'), ...formatFields(columns, style)],
    [style.strong('A sample as recorded on this host'), ...formatSample(EXAMPLE)],
    [
      style.strong('The same sample as it is exported'),
      ...wrap(
        'The day instead of the time, tokens at 2 significant digits, times at 3, ids as HMACs under a key that never leaves this host, and a model that the catalogue does not know as "private".',
        columns,
      ),
      ...formatSample(anonymizeEvent(EXAMPLE, EXAMPLE_KEY)),
    ],
    [style.strong('Where samples go'), ...formatDestinations(settings, env, columns)],
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function formatFields(columns: number, style: Style): string[] {
  const fields = Object.entries(TelemetryEvent.shape).map(([name, schema]) => {
    const { description = '', unit } = describeSchema(schema)
    return { name, text: `${description}${unit && unit !== '1' ? ` In ${unit}.` : ''}` }
  })
  const width = Math.max(...fields.map(({ name }) => name.length)) + 2
  return fields.flatMap(({ name, text }) =>
    wrap(text, columns - width - 2).map((line, at) =>
      at === 0 ? `  ${name.padEnd(width)}${style.faint(line)}` : `  ${' '.repeat(width)}${style.faint(line)}`,
    ),
  )
}

/** The description of a field, which may be on the schema itself or inside its wrappers (optional, nullable). */
function describeSchema(schema: z.core.$ZodType): { description?: string; unit?: string } {
  const meta = z.globalRegistry.get(schema) as { description?: string; unit?: string } | undefined
  if (meta?.description) return meta
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return describeSchema(schema.unwrap())
  return {}
}

/** A sample over several lines, as many members in each as fit. */
function formatSample(sample: object): string[] {
  const members = Object.entries(sample).map(([key, value]) => `"${key}":${JSON.stringify(value)}`)
  const lines = wrap(members.map((member) => member.replaceAll(' ', '\u00a0')).join(', '), 74)
  return ['  {', ...lines.map((line) => `    ${line.replaceAll('\u00a0', ' ')}`), '  }']
}

function formatDestinations({ config, bufferDir }: Settings, env: NodeJS.ProcessEnv, columns: number): string[] {
  const { buffer } = config.telemetry
  const places = listDestinations(config.telemetry).map(
    ({ name, where, form, when }) => [name, `${where}; ${FORMS[form]}; ${when}`] as const,
  )
  const rows = [
    ['buffer', `${bufferDir} on this host; up to ${formatBytes(buffer.max_bytes)} or ${buffer.max_age_days} days`],
    ...(places.length > 0
      ? places
      : [['sinks', 'none is configured: no sample leaves this host until you export it'] as const]),
    ['tenants', describeTenants(config.telemetry, env)],
  ] as const
  return formatPairs(rows).flatMap((line) => hang(line, columns))
}

/** Wraps a row of two columns so that its rest stands under the second. */
function hang(line: string, columns: number): string[] {
  const [head = ''] = /^\S+\s+/.exec(line) ?? []
  const rest = wrap(line.slice(head.length), columns - head.length - 2)
  return rest.map((text, at) => `  ${at === 0 ? head : ' '.repeat(head.length)}${text}`)
}
