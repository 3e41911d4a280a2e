import { FLAG_FORM } from './flag.ts'

/** An environment variable that `orch` reads. */
export interface EnvSetting {
  name: string
  /** The key of the config file that it overrides; null if there is no such key. */
  key: string | null
  /** How its text becomes the value of the key. */
  read: (text: string) => unknown
  help: string
}

const asText = (text: string): unknown => text

/** The variables for the settings that change most from host to host. The help and the documentation are made from this table. */
export const ENV_SETTINGS: readonly EnvSetting[] = [
  {
    name: 'DO_NOT_TRACK',
    key: null,
    read: asText,
    help: 'any value but 0 and false: telemetry is off, whatever the other settings are',
  },
  {
    name: 'ORCH_TELEMETRY_ENABLED',
    key: null,
    read: asText,
    help: `telemetry on or off, before the file: ${FLAG_FORM}, or local`,
  },
  {
    name: 'ORCH_TELEMETRY_ANON',
    key: null,
    read: asText,
    help: '1: tenant ids are stored and sent as pseudonyms only, even with telemetry.raw_tenant_ids',
  },
  { name: 'ORCH_CONFIG', key: null, read: asText, help: 'the config file, if no --config names one' },
  { name: 'ORCH_LISTEN', key: 'listen', read: asText, help: 'host:port of the gateway' },
  {
    name: 'ORCH_UPSTREAM',
    key: 'upstream',
    read: readUpstreams,
    help: 'base URLs of the engines, separated by commas; replaces the upstreams of the file',
  },
  { name: 'ORCH_GPU_NAME', key: 'gpu.name', read: asText, help: 'the GPU, if no tool reports it' },
  { name: 'ORCH_BUFFER_DIR', key: 'telemetry.buffer.dir', read: asText, help: 'folder of the buffer' },
  { name: 'ORCH_JSONL_PATH', key: 'telemetry.jsonl.path', read: asText, help: 'file of the jsonl sink' },
  { name: 'ORCH_HTTP_URL', key: 'telemetry.http.url', read: asText, help: 'endpoint of the http sink' },
  {
    name: 'ORCH_HTTP_TOKEN',
    key: null,
    read: asText,
    help: 'bearer token of the http sink, if the file names no token_env or token_file',
  },
  { name: 'ORCH_OTLP_URL', key: 'telemetry.otlp.url', read: asText, help: 'endpoint of the otlp sink' },
  {
    name: 'ORCH_KEY_FILE',
    key: null,
    read: asText,
    help: 'the local key of the pseudonyms; created when first needed',
  },
]

function readUpstreams(text: string): unknown {
  const urls = text.split(',').map((url) => url.trim())
  return urls.filter((url) => url !== '').map((url) => ({ url }))
}
