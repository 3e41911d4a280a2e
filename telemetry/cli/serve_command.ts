import { ENV_SETTINGS } from '../config/env_settings.ts'
import { showUrl } from '../show_url.ts'
import { type Command, type CommandIo, EXIT_OK } from './io.ts'
import { readServeSettings } from './serve/settings.ts'
import { CONFIG_OPTION } from './telemetry/settings.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'

const OPTIONS = {
  upstream: {
    type: 'string',
    short: 'u',
    multiple: true,
    value: 'URL',
    help: 'base URL of an engine; may be given again; replaces those of the config file',
  },
  listen: { type: 'string', short: 'l', value: 'HOST:PORT', help: 'where to listen (127.0.0.1:8080)' },
  ...CONFIG_OPTION,
  'print-config': { type: 'boolean', help: 'print the settings in force as JSON, and end' },
} as const satisfies OptionSpecs

/** `orch serve`: the gateway in front of one or several engines. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the gateway in front of inference engines',
  usage: {
    lines: ['serve --upstream URL [options]', 'serve --config FILE [options]'],
    text: `orch serve passes requests on to an inference engine and answers back to the client, unchanged and unbuffered. If, and only if, telemetry is on (orch telemetry --help), it records one anonymous sample for each task.

Its own paths, /metrics, /healthz, /livez and /readyz, are at admin_listen (127.0.0.1:9464). The first SIGINT or SIGTERM lets running tasks end, the second ends at once.

These variables of the environment come before the config file: ${ENV_SETTINGS.map(({ name }) => name).join(', ')}.`,
    options: OPTIONS,
    examples: [
      'orch serve --upstream http://127.0.0.1:8000',
      'orch serve -u http://127.0.0.1:8000 -u http://127.0.0.1:11434 -l 0.0.0.0:8080',
      'orch serve --config /etc/orch/config.toml',
    ],
    exits: [
      [0, 'stopped by a signal, after running tasks had ended'],
      [1, 'it could not start: a setting cannot be used, or the port is taken'],
    ],
  },
  run: runServe,
}

/** URLs are printed without what may be secret in them. */
function hideSecrets(key: string, value: unknown): unknown {
  return key === 'url' && typeof value === 'string' ? showUrl(value) : value
}

async function runServe(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch serve', args, OPTIONS)
  const settings = readServeSettings(values, io.env)
  if (values['print-config']) {
    io.writeOut(`${JSON.stringify(settings, hideSecrets, 2)}\n`)
    return EXIT_OK
  }
  // Loaded on demand: no other command needs the gateway, and loading it takes time.
  const { serve } = await import('./serve/run.ts')
  return serve(settings, io)
}
