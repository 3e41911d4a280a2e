import type { TelemetryConfig } from '../../config/schema.ts'
import { showUrl } from '../../show_url.ts'
import { formatBytes } from '../format.ts'

/** A destination of samples, described for the operator. */
export interface Destination {
  name: 'jsonl' | 'http' | 'otlp'
  where: string
  form: 'event' | 'export'
  when: string
}

export const FORMS: Record<Destination['form'], string> = {
  event: 'as recorded',
  export: 'anonymised as for publication',
}

/** The configured sinks, in a fixed order. */
export function listDestinations({ jsonl, http, otlp }: TelemetryConfig): Destination[] {
  const destinations: (Destination | undefined)[] = [
    jsonl && {
      name: 'jsonl',
      where: jsonl.path,
      form: jsonl.form,
      when: `rotated at ${formatBytes(jsonl.max_bytes)}, ${jsonl.keep} old files kept`,
    },
    http && {
      name: 'http',
      where: showUrl(http.url),
      form: http.form,
      when: `every ${http.batch_interval_s} s or ${http.batch_samples} samples`,
    },
    otlp && { name: 'otlp', where: showUrl(otlp.url), form: 'event', when: 'in batches' },
  ]
  return destinations.filter((destination) => destination !== undefined)
}
