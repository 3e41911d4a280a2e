import { openBuffer } from './buffer/open_buffer.ts'
import type { SampleBuffer } from './buffer/types.ts'
import type { TelemetryConfig } from './config/schema.ts'
import type { SampleUploader } from './sample/sample_recorder.ts'
import { openSinks } from './sinks/open_sinks.ts'
import { startUploader } from './upload/start_uploader.ts'

export interface StorageRequest {
  config: TelemetryConfig
  /** Folder of the buffer. */
  dir: string
  env: NodeJS.ProcessEnv
  /** Samples from before this time (RFC 3339) are never sent; null if it is not known. */
  since: string | null
  /** The local key of the pseudonyms. */
  key: Buffer
  /** Whether tenant ids that were stored raw may only be sent as pseudonyms. */
  anonymize_tenants: boolean
  /** Whether samples may still be written and sent. */
  isAllowed: () => Promise<boolean>
  warn: (text: string) => void
}

export interface Storage {
  buffer: SampleBuffer
  /** null if no sink is configured: samples then stay in the buffer. */
  uploader: SampleUploader | null
}

/** Opens the buffer and starts the upload to the sinks of the settings. */
export function openStorage({ config, dir, env, isAllowed, warn, ...preparation }: StorageRequest): Storage {
  const buffer = openBuffer({ ...config.buffer, dir }, { warn, isAllowed })
  const sinks = openSinks(config, env)
  if (sinks.length === 0) return { buffer, uploader: null }
  return { buffer, uploader: startUploader({ dir, sinks, ...preparation }, { warn, isAllowed }) }
}
