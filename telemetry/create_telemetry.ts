import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { TimingSource } from '../contracts/index.ts'
import { loadLocalKey } from './anonymise/local_key.ts'
import { readAnonymizeTenants } from './config/anonymize_tenants.ts'
import { checkTelemetryConfig } from './config/check_settings.ts'
import { decideConsent } from './config/consent.ts'
import type { Consent } from './config/consent_types.ts'
import { loadConfig } from './config/load_config.ts'
import { bufferFolders } from './config/paths.ts'
import type { GpuConfig, TelemetryConfig } from './config/schema.ts'
import { readStoredConsent, readStoredConsentLater, type StoredConsent } from './config/stored_consent.ts'
import { followConsent, makeUnableTelemetry } from './follow_consent.ts'
import { startGpuMonitorLater } from './gpu/deferred_monitor.ts'
import { fixedGpuMonitor } from './gpu/fixed_monitor.ts'
import type { GpuMonitorOptions } from './gpu/start_gpu_monitor.ts'
import type { GpuFacts, GpuMonitor } from './gpu/types.ts'
import { openStorage } from './open_storage.ts'
import { makeHostId } from './sample/host_id.ts'
import { SampleRecorder } from './sample/sample_recorder.ts'
import { TenantNames } from './sample/tenant_names.ts'
import type { Telemetry } from './sample/types.ts'
import { warnDaily } from './warn_daily.ts'

export interface TelemetryOptions {
  /** The table `telemetry` of the settings. If absent, the operator's config file is read, as `orch serve` reads it. */
  config?: z.input<typeof TelemetryConfig>
  /** The file that `config` came from, for `snapshot().consent`. */
  config_path?: string | null
  /** `process.env` if absent. */
  env?: NodeJS.ProcessEnv
  /** The GPU, or a monitor of it. If absent, the host's tools are run in the background. */
  gpu?: GpuMonitor | GpuFacts
  /** Whose clock times the tasks: `client` (the default) for a program that waits for an engine. */
  timing_source?: TimingSource
  /** Warns once for each kind of problem; on standard error if absent. */
  warn?: (text: string) => void
}

/**
 * The emitter for an orchestrator. Off unless the operator opted in (DO_NOT_TRACK, ORCH_TELEMETRY_ENABLED, `enabled` of the settings,
 * `orch telemetry on`, in this order); if it is off, every method does nothing, and no file, socket or timer is opened. It follows
 * `orch telemetry on` and `off` while it runs. Tenant ids become pseudonyms before a sample is stored, unless `raw_tenant_ids` is set
 * and ORCH_TELEMETRY_ANON is not.
 *
 * Never throws. If the settings or the local key cannot be used, nothing is recorded; a warning and `snapshot().consent.problem` say
 * why.
 *
 * @example
 * const telemetry = createTelemetry()
 * const task = telemetry.task({ model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0' })
 * for await (const token of stream) task.token()
 * task.end({ exit: 'ok', tokens_in: 1024, tokens_out: 2048 })
 * await telemetry.close(5000)
 */
export function createTelemetry(options: TelemetryOptions = {}): Telemetry {
  const env = options.env ?? process.env
  const warn = warnDaily(options.warn ?? ((text) => process.stderr.write(`orch: ${text}\n`)))
  try {
    const settings = readSettings(options, env)
    const config = { enabled: settings.telemetry.enabled, path: settings.path }
    const decide = (stored: StoredConsent) => decideConsent({ env, config, stored })
    return followConsent({
      consent: decide(readStoredConsent(env)),
      decide: async () => decide(await readStoredConsentLater(env)),
      open: (consent, isAllowed) => openTelemetry({ options, settings, consent, isAllowed, env, warn }),
      warn,
    })
  } catch (error) {
    return makeUnableTelemetry(UNDECIDED, error, warn)
  }
}

/** The consent if the settings cannot be read. */
const UNDECIDED: Consent = {
  enabled: false,
  source: 'default',
  detail: 'the settings cannot be used',
  since: null,
  problem: null,
}

interface Settings {
  telemetry: TelemetryConfig
  gpu: GpuConfig
  path: string | null
}

interface Decided {
  options: TelemetryOptions
  settings: Settings
  consent: Consent
  /** Whether the consent still holds. */
  isAllowed: () => Promise<boolean>
  env: NodeJS.ProcessEnv
  warn: (text: string) => void
}

function readSettings({ config, config_path }: TelemetryOptions, env: NodeJS.ProcessEnv): Settings {
  if (config === undefined) {
    const loaded = loadConfig({ env })
    return { telemetry: loaded.config.telemetry, gpu: loaded.config.gpu, path: loaded.path }
  }
  const checked = checkTelemetryConfig(config, env)
  return { telemetry: checked, gpu: { probe: true }, path: config_path ?? null }
}

function openTelemetry({ options, settings, consent, isAllowed, env, warn }: Decided): Telemetry {
  const { telemetry: config } = settings
  const anonymize = readAnonymizeTenants(env)
  if (anonymize.problem) warn(anonymize.problem)
  const key = loadLocalKey(env)
  const raw = config.raw_tenant_ids && !anonymize.on
  const folders = bufferFolders(config.buffer.dir, env)
  const dir = consent.local ? folders.local : folders.shared
  const storage = openStorage({
    config: consent.local ? withoutSinks(config) : config,
    dir,
    env,
    since: consent.since,
    key,
    anonymize_tenants: !raw,
    isAllowed,
    warn,
  })
  return new SampleRecorder({
    ...storage,
    consent,
    buffer_dir: dir,
    ...chooseGpu(options.gpu, { config: settings.gpu, env, warn }),
    tenants: new TenantNames({ raw, key }),
    host_id: makeHostId(key),
    timing_source: options.timing_source ?? 'client',
    now: () => performance.now(),
    wallClock: Date.now,
    newJobId: randomUUID,
    warn,
  })
}

/** What is recorded for the operator alone has nowhere to go. */
function withoutSinks(config: TelemetryConfig): TelemetryConfig {
  return { ...config, jsonl: undefined, http: undefined, otlp: undefined }
}

function chooseGpu(gpu: TelemetryOptions['gpu'], options: GpuMonitorOptions) {
  if (gpu === undefined) return { gpu: startGpuMonitorLater(options), owns_gpu: true }
  return { gpu: 'openWindow' in gpu ? gpu : fixedGpuMonitor(gpu), owns_gpu: false }
}
