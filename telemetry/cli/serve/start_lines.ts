import { bufferFolders } from '../../config/paths.ts'
import type { UpstreamConfig } from '../../config/schema.ts'
import { showUrl } from '../../show_url.ts'
import { formatPairs } from '../format.ts'
import { FORMS, listDestinations } from '../telemetry/destinations.ts'
import { describeTenants } from '../telemetry/tenants.ts'
import type { ServeSettings } from './settings.ts'

/** The lines printed at the start: the engines, the settings, and whether samples are recorded. */
export function formatStart(version: string, settings: ServeSettings, env: NodeJS.ProcessEnv): string {
  const { config, path } = settings
  const facts = [
    ...config.upstream.map((upstream) => ['upstream', describeUpstream(upstream)] as const),
    ['config', path ?? 'no file: defaults and environment'] as const,
    ...describeTelemetry(settings, env),
  ]
  return `${[`orch ${version}`, ...formatPairs(facts).map((line) => `  ${line}`)].join('\n')}\n`
}

function describeUpstream({ url, models, max_concurrency, max_queue }: UpstreamConfig): string {
  const served = models.includes('*') ? 'every model' : models.join(', ')
  const limit = max_concurrency > 0 ? `; ${max_concurrency} tasks at once, ${max_queue} waiting` : ''
  return `${showUrl(url)} for ${served}${limit}`
}

function describeTelemetry({ consent, config }: ServeSettings, env: NodeJS.ProcessEnv): (readonly [string, string])[] {
  const because = consent.source === 'default' ? 'nothing turned it on' : consent.detail
  if (!consent.enabled) return [['telemetry', `off: ${because}`]]
  const folders = bufferFolders(config.telemetry.buffer.dir, env)
  if (consent.local)
    return [
      ['telemetry', `local: ${because}`],
      ['buffer', `${folders.local}; for you alone, nothing is sent`],
      ['tenants', describeTenants(config.telemetry, env)],
    ]
  const sinks = listDestinations(config.telemetry)
  return [
    ['telemetry', `on: ${because}`],
    ['buffer', folders.shared],
    ['tenants', describeTenants(config.telemetry, env)],
    ...sinks.map(({ name, where, form, when }) => [name, `${where}; ${FORMS[form]}; ${when}`] as const),
    ...(sinks.length === 0 ? [['sinks', 'none: samples stay in the buffer'] as const] : []),
  ]
}
