import { describe, expect, test } from 'vitest'
import { findTracer, type TracerProbes } from '../../../scripts/tracer/find_tracer.ts'

const UPDATE = 'apt-get update'
const INSTALL = 'apt-get install -y --no-install-recommends strace'

/** A machine in memory: its commands, and what an installation adds. */
function createProbes({ platform = 'linux', onPath = [] as string[], root = false, works = [] as string[] }) {
  const commands = new Set(onPath)
  const said: string[] = []
  const ran: string[] = []
  const probes: TracerProbes = {
    platform,
    which: (command) => (commands.has(command) ? `/usr/bin/${command}` : null),
    isRoot: () => root,
    run: async (command, args) => {
      const line = [command, ...args].join(' ')
      ran.push(line)
      if (line === INSTALL && works.includes(line)) commands.add('strace')
      return works.includes(line)
    },
    say: (text) => said.push(text),
  }
  return { probes, said, ran }
}

describe('findTracer', () => {
  test('takes the one that is there, installing nothing', async () => {
    const { probes, ran, said } = createProbes({ onPath: ['strace', 'apt-get'], root: true })
    expect(await findTracer(probes)).toBe('/usr/bin/strace')
    expect([ran, said]).toEqual([[], []])
  })

  test('as root installs it, and says so', async () => {
    const { probes, ran, said } = createProbes({ onPath: ['apt-get'], root: true, works: [UPDATE, INSTALL] })
    expect(await findTracer(probes)).toBe('/usr/bin/strace')
    expect(ran).toEqual([UPDATE, INSTALL])
    expect(said).toEqual(['Tracer: strace is missing; installing it (apt-get install strace)'])
  })

  test.each([
    ['there is no apt', { root: true }],
    ['apt fails', { root: true, onPath: ['apt-get'], works: [UPDATE] }],
  ])('as root on Linux fails where %s', async (_, machine) => {
    await expect(findTracer(createProbes(machine).probes)).rejects.toThrow('install the package "strace"')
  })

  test.each([
    [{ platform: 'darwin', root: true }, 'Tracer: there is no strace for darwin; the test of system calls is skipped'],
    [
      { onPath: ['apt-get'] },
      'Tracer: strace is not installed, and only root may install it; the test of system calls is skipped',
    ],
  ])('%j: leaves the test out, and says so', async (machine, text) => {
    const { probes, ran, said } = createProbes(machine)
    expect(await findTracer(probes)).toBeNull()
    expect([ran, said]).toEqual([[], [text]])
  })
})
