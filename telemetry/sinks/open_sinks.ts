import type { TelemetryConfig } from '../config/schema.ts'
import { createHttpSink } from './http.ts'
import { createJsonlSink } from './jsonl.ts'
import { createOtlpSink } from './otlp.ts'
import type { Sink } from './types.ts'

/** The sinks of the settings, in a fixed order. Nothing is opened before something is sent. */
export function openSinks({ jsonl, http, otlp }: TelemetryConfig, env: NodeJS.ProcessEnv): Sink[] {
  const sinks: Sink[] = []
  if (jsonl) sinks.push(createJsonlSink(jsonl))
  if (http) sinks.push(createHttpSink(http, env))
  if (otlp) sinks.push(createOtlpSink(otlp))
  return sinks
}
