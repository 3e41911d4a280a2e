import type { TelemetryEvent } from '../../contracts/index.ts'
import type { OtlpSinkConfig } from '../config/schema.ts'
import { classifyOutcome } from './http_response.ts'
import { type ReadableSpan, toSpan } from './otlp_span.ts'
import type { Sink, SinkBatch, SinkResult } from './types.ts'

/** The part of OpenTelemetry's exporter that is used. */
interface SpanExporter {
  export(spans: ReadableSpan[], done: (result: { code: number; error?: Error & { code?: number } }) => void): void
  shutdown(): Promise<void>
}
type ExporterModule = { OTLPTraceExporter: new (options: { url: string; timeoutMillis: number }) => SpanExporter }

/** Optional: operators who want OTLP install it beside orch. */
const PACKAGE = '@opentelemetry/exporter-trace-otlp-http'
const INSTALL = `npm install @opentelemetry/api ${PACKAGE}`
const EXPORT_SUCCESS = 0
const BATCH_SAMPLES = 512
const BATCH_BYTES = 1_000_000
const INTERVAL_MS = 5000
const TIMEOUT_MS = 10_000

/** Exports samples as spans over OTLP/HTTP. Headers come from OTEL_EXPORTER_OTLP_HEADERS, as everywhere in OpenTelemetry. */
export function createOtlpSink(config: OtlpSinkConfig, load: () => Promise<unknown> = () => import(PACKAGE)): Sink {
  let exporter: SpanExporter | null = null
  return {
    name: 'otlp',
    form: 'event',
    max_samples: BATCH_SAMPLES,
    max_bytes: BATCH_BYTES,
    interval_ms: INTERVAL_MS,
    send: async (batch, signal) => {
      try {
        exporter ??= await loadExporter(config, load)
      } catch (error) {
        return { kind: 'retry', why: describeMissing(error) }
      }
      return exportBatch(exporter, config, batch, signal)
    },
    close: async () => {
      await exporter?.shutdown()
    },
  }
}

async function loadExporter({ url }: OtlpSinkConfig, load: () => Promise<unknown>): Promise<SpanExporter> {
  const { OTLPTraceExporter } = (await load()) as ExporterModule
  return new OTLPTraceExporter({ url, timeoutMillis: TIMEOUT_MS })
}

function describeMissing(error: unknown): string {
  const found = (error as NodeJS.ErrnoException).code ?? String(error)
  return `telemetry.otlp: expected the package ${PACKAGE}, found ${found}. Run: ${INSTALL}`
}

function exportBatch(
  exporter: SpanExporter,
  { url }: OtlpSinkConfig,
  { lines }: SinkBatch,
  signal: AbortSignal,
): Promise<SinkResult> {
  const spans = lines.map((line) => toSpan(JSON.parse(line) as TelemetryEvent))
  return new Promise((resolve) => {
    const abort = () => resolve({ kind: 'retry', why: 'stopped' })
    signal.addEventListener('abort', abort, { once: true })
    exporter.export(spans, ({ code, error }) => {
      signal.removeEventListener('abort', abort)
      resolve(code === EXPORT_SUCCESS ? { kind: 'accepted' } : classifyFailure(new URL(url).origin, error))
    })
  })
}

/** The exporter has already retried what can be retried; its error carries the last HTTP status. */
function classifyFailure(origin: string, error: (Error & { code?: number }) | undefined): SinkResult {
  const status = error?.code
  const why = `${origin}: expected spans to be accepted, found ${status ?? error?.name ?? 'a failure without reason'}`
  const kind = typeof status === 'number' ? classifyOutcome(status) : 'retry'
  return { kind: kind === 'accepted' ? 'retry' : kind, why }
}
