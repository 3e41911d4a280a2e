import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../telemetry/cli/commands.ts'
import { FORMATS } from '../../../telemetry/import/formats/index.ts'
import { makeFolder } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'

let bash = ''
const scripts: Record<string, string> = {}
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = (await callOrch(['completions', shell])).out
  bash = join(makeFolder(), 'orch.bash')
  writeFileSync(bash, scripts.bash!)
})

/** What bash offers after the words; `▮` is an empty word. */
function complete(line: string, cwd = makeFolder()): string[] {
  const words = line.split(' ').map((word) => (word === '▮' ? '' : word))
  const quoted = words.map((word) => `'${word}'`).join(' ')
  const program = `compopt() { :; }; source '${bash}'; COMP_WORDS=(${quoted}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _orch; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', program], { cwd, encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.split('\n').filter((word) => word !== '')
}

describe('bash', () => {
  it('offers every command', () => {
    expect(complete('orch ▮')).toEqual(COMMANDS.map(({ name }) => name))
    expect(complete('orch val')).toEqual(['validate'])
  })

  it('offers subcommands, tools, shells and the options of each place', () => {
    expect(complete('orch telemetry o')).toEqual(['on', 'off'])
    expect(complete('orch import ▮')).toEqual(FORMATS.map(({ name }) => name))
    expect(complete('orch completions f')).toEqual(['fish'])
    expect(complete('orch telemetry on --')).toEqual(['--config', '--yes', '--help'])
    expect(complete('orch import llama-bench --gpu')).toEqual(['--gpu', '--gpu-count'])
    expect(complete('orch --v')).toEqual(['--version'])
  })

  it('offers the values of an option, and nothing of its own if a file is expected', () => {
    expect(complete('orch validate --contract ▮')).toEqual(['anonymized_export', 'telemetry_event', 'benchmark_run'])
    const cwd = makeFolder()
    mkdirSync(join(cwd, 'on'))
    expect(complete('orch telemetry on --config o', cwd)).toEqual([])
  })
})

describe('every shell', () => {
  it.each(['bash', 'zsh', 'fish'])('%s completes every command and option', (shell) => {
    const script = scripts[shell]!
    for (const { name, subcommands = [], usage, offers } of COMMANDS) {
      expect(script).toContain(`'orch ${name}'`)
      for (const subcommand of subcommands) expect(script).toContain(`'orch ${name} ${subcommand.name}'`)
      const options = [usage, offers, ...subcommands.map((subcommand) => subcommand.usage)]
      for (const option of options.flatMap((place) => Object.keys(place?.options ?? {})))
        expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`)
    }
  })

  it.each(['bash', 'zsh', 'fish'])('%s parses its script if it is installed', (shell) => {
    const path = join(makeFolder(), 'script')
    writeFileSync(path, scripts[shell]!)
    const { error, status, stderr } = spawnSync(shell, ['-n', path], { encoding: 'utf8' })
    if (error && shell !== 'bash') return
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('is named, and a wrong name is answered', async () => {
    expect(await callOrch(['completions'])).toMatchObject({
      code: 2,
      error: 'orch completions: name a shell: bash, zsh or fish.\n',
    })
    expect(await callOrch(['completions', 'bsh'])).toMatchObject({
      code: 2,
      error: 'orch completions: unknown shell "bsh". Did you mean "bash"?\n',
    })
  })
})
