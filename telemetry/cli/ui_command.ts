import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { HostStatus } from '../../contracts/host_report.ts'
import { ADMIN_LISTEN } from '../config/schema.ts'
import { findGatewayUi } from '../ui/find_gateway.ts'
import { readPageFile } from '../ui/page_file.ts'
import { serveUi } from '../ui/serve_ui.ts'
import { checkCount } from './check_option.ts'
import { type Command, type CommandIo, EXIT_OK } from './io.ts'
import { CONFIG_OPTION, readSettings } from './telemetry/settings.ts'
import { type OptionSpecs, parseOptions } from './usage.ts'

const PORT = z.int().min(0).max(65_535)

const OPTIONS = {
  ...CONFIG_OPTION,
  port: { type: 'string', value: 'N', help: 'serve the page there, whether or not a gateway runs (any free port)' },
  open: { type: 'boolean', help: 'open the page in the browser' },
} as const satisfies OptionSpecs

/** `orch ui`: the operator's own figures as a page on this host. */
export const uiCommand: Command = {
  name: 'ui',
  summary: 'show the figures of this host as a page, on this host only',
  usage: {
    lines: ['ui [options]'],
    text: `orch ui shows what orch telemetry report and compare do as a page in the browser. A running gateway serves it at admin_listen (${ADMIN_LISTEN}/ui), and its address is printed; without one, orch ui serves it on a loopback port until it is stopped (Ctrl+C). The page reads the buffer and changes nothing; it answers this host alone, and asks no other.`,
    options: OPTIONS,
    examples: ['orch ui', 'orch ui --open'],
    exits: [
      [0, 'a gateway serves the page, or orch ui was stopped'],
      [1, 'the port is taken'],
    ],
  },
  run: runUi,
}

async function runUi(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch ui', args, OPTIONS)
  const port = checkCount('--port', values.port, PORT) ?? null
  const { config, consent, bufferDirs } = readSettings(values.config, io.env)
  const running = port === null ? await findGatewayUi(config.admin_listen ?? ADMIN_LISTEN, bufferDirs) : null
  if (running !== null) {
    announce(io, running, 'served by the running gateway', values.open)
    return EXIT_OK
  }
  readPageFile()
  const telemetry = consent.enabled ? (consent.local ? 'local' : 'on') : 'off'
  const status = (): HostStatus => ({ telemetry, buffers: bufferDirs })
  const served = await serveUi({ status, allowed_hosts: config.allowed_hosts }, port ?? 0)
  const stopped = new Promise<void>((resolve) => void io.onSignal(() => resolve()))
  announce(io, served.url, 'until Ctrl+C', values.open)
  await stopped
  await served.close()
  return EXIT_OK
}

function announce(io: CommandIo, url: string, how: string, open: boolean | undefined): void {
  io.writeOut(`${url}\n`)
  io.writeError(`${how}\n`)
  if (!open) return
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(program!, [...before, url], { stdio: 'ignore', detached: true })
  child.once('error', () => io.writeError(`--open: expected ${program}, found none. Open the address yourself.\n`))
  child.unref()
}

const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }
