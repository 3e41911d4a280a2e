import { z } from 'zod'
import { PATTERNS } from '../../contracts/fields.ts'
import { namesThisHost } from '../is_loopback.ts'

/**
 * The settings of `orch`, as the TOML file spells them. One schema: the defaults, the checks, `orch serve --help` and the
 * documentation derive from it. Every size and time carries its unit in its name.
 */

const named = (pattern: keyof typeof PATTERNS) => z.string().regex(new RegExp(PATTERNS[pattern]))
const size = (fallback: number, min = 1) => z.int().min(min).default(fallback)

/** The form of `tenant_header`. */
export const HEADER_NAME = '^[A-Za-z0-9-]{1,64}$'

/** Whether what is sent to a URL is encrypted, or stays on this host. A URL in another form is a problem of its own. */
function hidesToken(url: string): boolean {
  return !URL.canParse(url) || url.startsWith('https:') || namesThisHost(url)
}

function holdsToken({ url, token_env, token_file }: { url: string; token_env?: string; token_file?: string }): boolean {
  const { username, password } = new URL(url)
  return [token_env, token_file, username, password].some(Boolean)
}

/** A name or address, IPv6 in brackets, and a port; port 0 takes a free one. */
function isListenAddress(text: string): boolean {
  const port = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})$/.exec(text)?.[1]
  return port !== undefined && Number(port) <= 65_535
}

/** The GPUs of an engine. */
export const UpstreamGpuConfig = z.strictObject({
  name: named('gpu_name').optional(),
  count: z.int().min(1).optional(),
  /** Numbers from 0, in the order in which the tool of this host lists the devices. */
  devices: z.array(z.int().min(0)).min(1).optional(),
  vram_total_mb: z.int().min(0).optional(),
})

/** An engine that the gateway sends tasks to. */
export const UpstreamConfig = z.strictObject({
  /** Base URL of the engine, without the path of an API. User-info in it becomes the `Authorization` header of all requests. */
  url: z.url({ protocol: /^https?$/ }),
  /**
   * Name of the environment variable, or path of the file, that holds the key with which the gateway asks the engine about itself.
   * Never the key itself. Clients send their own.
   */
  api_key_env: z.string().min(1).optional(),
  api_key_file: z.string().min(1).optional(),
  /** Names of the models served here; `*` matches any characters. The first upstream that matches gets the task. */
  models: z.array(z.string().min(1)).min(1).default(['*']),
  /** Overrides what detection finds. */
  engine: named('engine').optional(),
  engine_version: named('engine_version').optional(),
  /** Recorded instead of the name in the request: `hf:org/repo` identifies the weights in the matrix. */
  model_ref: named('model_ref').optional(),
  quantization: named('quantization').optional(),
  /** Which GPUs serve this engine: on this host all of them if absent, on another host unknown. */
  gpu: UpstreamGpuConfig.prefault({}),
  /** The same as `gpu.count`. */
  gpu_count: z.int().min(1).optional(),
  /** Tasks in flight at once; 0 = no limit. */
  max_concurrency: z.int().min(0).default(0),
  /** Tasks that may be queued; beyond it 429. */
  max_queue: z.int().min(0).default(0),
})

/** The accelerators of this host if no tool reports them. Overrides what probes find. */
export const GpuConfig = z.strictObject({
  name: named('gpu_name').optional(),
  count: z.int().min(1).optional(),
  vram_total_mb: z.int().min(0).optional(),
  driver_version: named('driver_version').optional(),
  /** Whether to run the host's GPU tools. */
  probe: z.boolean().default(true),
})

export const BufferConfig = z.strictObject({
  /** Folder of the segments; `$XDG_STATE_HOME/orch/buffer` if absent. */
  dir: z.string().min(1).optional(),
  segment_bytes: size(8_388_608, 4096),
  /** The oldest segments are deleted when all of them together are larger. */
  max_bytes: size(268_435_456, 8192),
  max_age_days: z.number().positive().default(90),
  /** The loss window: a power cut or kill -9 may lose the samples of this time. 0 = every sample is on disk before the next is written. */
  fsync_ms: z.int().min(0).default(500),
  /** Samples held in memory while the disk stalls. */
  max_pending: size(20_000),
})

export const JsonlSinkConfig = z.strictObject({
  path: z.string().min(1),
  max_bytes: size(67_108_864, 4096),
  /** Rotated files kept: path.1 … path.N. */
  keep: z.int().min(0).default(4),
  form: z.enum(['event', 'export']).default('event'),
})

export const HttpSinkConfig = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    /** `export` sends what could be published (day, rounded numbers, pseudonyms); `event` the sample as recorded. */
    form: z.enum(['event', 'export']).default('export'),
    /** Name of the environment variable, or path of the file, that holds the bearer token. Never the token itself. */
    token_env: z.string().min(1).optional(),
    token_file: z.string().min(1).optional(),
    /** Whether the token may leave this host unencrypted. */
    token_over_http: z.boolean().default(false),
    batch_samples: size(500),
    batch_bytes: size(1_000_000, 8192),
    /** A batch that is not full is sent after this time. */
    batch_interval_s: z.number().positive().default(60),
    timeout_s: z.number().positive().default(30),
    gzip: z.boolean().default(true),
  })
  .refine((sink) => hidesToken(sink.url) || sink.token_over_http || !holdsToken(sink), {
    path: ['url'],
    message: 'https:// or this host, because a token goes there (token_over_http = true sends it unencrypted)',
  })

export const OtlpSinkConfig = z.strictObject({
  /** OTLP/HTTP endpoint of traces, for example http://127.0.0.1:4318/v1/traces */
  url: z.url({ protocol: /^https?$/ }),
})

export const TelemetryConfig = z.strictObject({
  enabled: z.boolean().optional(),
  /** Request header that names the tenant; without it every sample has `anon`. */
  tenant_header: z.string().regex(new RegExp(HEADER_NAME)).optional(),
  /** Records tenant ids unchanged. Without it they become HMACs under the local key before they reach the disk. */
  raw_tenant_ids: z.boolean().default(false),
  /** Names of models that may leave this host though the catalogue does not know them; `*` matches any characters. */
  publish_models: z.array(z.string().min(1)).default([]),
  buffer: BufferConfig.prefault({}),
  jsonl: JsonlSinkConfig.optional(),
  http: HttpSinkConfig.optional(),
  otlp: OtlpSinkConfig.optional(),
})

/** Where the gateway answers its own paths unless a setting says otherwise: the usual port of Prometheus exporters of OpenTelemetry. */
export const ADMIN_LISTEN = '127.0.0.1:9464'

export const Config = z.strictObject({
  /** `host:port` where the gateway listens. */
  listen: z.string().refine(isListenAddress, 'host:port, for example 127.0.0.1:8080').default('127.0.0.1:8080'),
  /** `host:port` of the gateway's own paths; `off` serves them at `listen`, in the place of the engine's of the same names. */
  admin_listen: z
    .string()
    .refine((text) => text === 'off' || isListenAddress(text), 'host:port, for example 127.0.0.1:9464, or "off"')
    .optional(),
  /** Names in Host headers that are allowed at a loopback address, besides this machine's own; `*` matches any characters. */
  allowed_hosts: z.array(z.string().min(1)).default([]),
  upstream: z.array(UpstreamConfig).default([]),
  gpu: GpuConfig.prefault({}),
  /** Memory for request bodies, all together; beyond it 503. */
  max_body_bytes: size(268_435_456, 65_536),
  /** How long a client may pause within a request body; beyond it 408. */
  upload_timeout_s: z.number().positive().default(60),
  /** How long a shutdown says that it is not ready before it stops listening, then waits for requests, and then for the last flush. */
  lame_duck_s: z.number().min(0).default(0),
  drain_s: z.number().min(0).default(30),
  flush_s: z.number().min(0).default(5),
  health_interval_s: z.number().positive().default(10),
  telemetry: TelemetryConfig.prefault({}),
})

export type Config = z.infer<typeof Config>
export type UpstreamConfig = z.infer<typeof UpstreamConfig>
export type GpuConfig = z.infer<typeof GpuConfig>
export type BufferConfig = z.infer<typeof BufferConfig>
export type JsonlSinkConfig = z.infer<typeof JsonlSinkConfig>
export type HttpSinkConfig = z.infer<typeof HttpSinkConfig>
export type OtlpSinkConfig = z.infer<typeof OtlpSinkConfig>
export type TelemetryConfig = z.infer<typeof TelemetryConfig>
