import { clearBuffer } from '../../buffer/clear.ts'
import { readBufferStatus } from '../../buffer/status.ts'
import { confirm } from '../confirm.ts'
import { formatBytes, plural } from '../format.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from '../io.ts'
import { type OptionSpecs, parseOptions } from '../usage.ts'
import { CONFIG_OPTION, readSettings } from './settings.ts'

const OPTIONS = {
  ...CONFIG_OPTION,
  yes: { type: 'boolean', short: 'y', help: 'agree without being asked' },
} as const satisfies OptionSpecs

/** `orch telemetry clear`: deletes what is buffered on this host. */
export const clearCommand: Command = {
  name: 'clear',
  summary: 'delete the samples in the buffer',
  usage: {
    lines: ['telemetry clear [options]'],
    text: 'orch telemetry clear deletes the samples in the buffer, sent or not, and only those files. It cannot be undone. The local key and the stored decision stay.',
    options: OPTIONS,
    exits: [
      [0, 'deleted, or there was nothing'],
      [1, 'you did not agree, or a file could not be deleted'],
    ],
  },
  run: runClear,
}

async function runClear(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions('orch telemetry clear', args, OPTIONS)
  const { bufferDirs } = readSettings(values.config, io.env)
  const found = (await Promise.all(bufferDirs.map((dir) => readBufferStatus(dir)))).filter(({ exists }) => exists)
  if (found.length === 0) {
    io.writeOut(`Nothing to delete: ${bufferDirs[0]} does not exist.\n`)
    return EXIT_OK
  }
  const held = found.map(
    ({ dir, segments, bytes }) => `${plural(segments, 'segment')} (${formatBytes(bytes)}) in ${dir}`,
  )
  const question = `Delete ${held.join(' and ')}?`
  if (!(await confirm('orch telemetry clear', question, values.yes, io))) {
    io.writeError('Nothing was deleted.\n')
    return EXIT_FAILED
  }
  const all = await Promise.all(found.map(({ dir }) => clearBuffer(dir)))
  const sum = (key: 'samples' | 'segments' | 'bytes') => all.reduce((total, one) => total + one[key], 0)
  const cleared = { samples: sum('samples'), segments: sum('segments'), bytes: sum('bytes') }
  io.writeOut(
    `Deleted ${plural(cleared.samples, 'sample')} in ${plural(cleared.segments, 'segment')} (${formatBytes(cleared.bytes)}) and their counters.\n`,
  )
  return EXIT_OK
}
