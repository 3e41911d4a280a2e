import { describe, expect, test } from 'vitest'
import { findPrograms, PROGRAMS, type ProgramProbes } from '../../../scripts/programs/find_programs.ts'

const UPDATE = 'apt-get update'
const INSTALL = 'apt-get install -y --no-install-recommends'
const ALL = PROGRAMS.map(({ command }) => command)

/** A machine in memory: its commands, and what an installation adds. */
function createProbes({ platform = 'linux', onPath = [] as string[], root = false, works = [] as string[] }) {
  const commands = new Set(onPath)
  const said: string[] = []
  const ran: string[] = []
  const probes: ProgramProbes = {
    platform,
    which: (command) => (commands.has(command) ? `/usr/bin/${command}` : null),
    isRoot: () => root,
    run: async (command, args) => {
      const line = [command, ...args].join(' ')
      ran.push(line)
      const isDone = works.some((known) => line.startsWith(known))
      if (isDone) for (const program of PROGRAMS) if (args.includes(program.package)) commands.add(program.command)
      return isDone
    },
    say: (text) => said.push(text),
  }
  return { probes, said, ran }
}

describe('findPrograms', () => {
  test('takes those that are there, installing nothing', async () => {
    const { probes, ran, said } = createProbes({ onPath: [...ALL, 'apt-get'], root: true })
    await findPrograms(probes)
    expect([ran, said]).toEqual([[], []])
  })

  test('as root installs those that are missing, and says so', async () => {
    const onPath = ['apt-get', 'strace']
    const { probes, ran, said } = createProbes({ onPath, root: true, works: [UPDATE, INSTALL] })
    await findPrograms(probes)
    expect(ran).toEqual([UPDATE, `${INSTALL} prometheus nginx-light`])
    expect(said).toEqual(['Programs: installing prometheus, nginx-light (apt-get install prometheus nginx-light)'])
  })

  test.each([
    ['there is no apt', { root: true }],
    ['apt fails', { root: true, onPath: ['apt-get'], works: [UPDATE] }],
  ])('as root on Linux fails where %s', async (_, machine) => {
    await expect(findPrograms(createProbes(machine).probes)).rejects.toThrow('install the packages strace, prometheus')
  })

  test.each([
    [{ platform: 'darwin', root: true }, 'there is none for darwin'],
    [{ onPath: ['apt-get'] }, 'it is not installed, and only root may install it'],
  ])('%j: leaves the tests out, and says so', async (machine, why) => {
    const { probes, ran, said } = createProbes(machine)
    await findPrograms(probes)
    expect(ran).toEqual([])
    expect(said).toEqual(PROGRAMS.map(({ command, test }) => `Programs: no ${command}, as ${why}; ${test} is skipped`))
  })
})
