import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main as runPipeline } from '../../../pipeline/cli.ts'
import { main as validate } from '../../../pipeline/validate.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'
import { type CommandResult, callCommand } from '../../support/call_command.ts'
import { addSmallCatalogue } from '../../support/small_catalogue.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The command as people start it, in a process of its own: once for each command, the other cases run it in this one. */
function spawnCommand(script: string, ...args: string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

const lines = Array.from({ length: 5 }, (_, i) => exportLine(createRandom(i), 0, '2026-10'))

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('npm run validate', () => {
  test('accepts plain and compressed files alike', async () => {
    const text = (from: number, to: number) => `${lines.slice(from, to).join('\n')}\n`
    const paths = [
      put('a.jsonl', text(0, 1)),
      put('a.jsonl.gz', gzipSync(text(1, 3))),
      put('a.jsonl.zst', zstdCompressSync(text(3, 5))),
    ]
    const { code, stdout } = await callCommand(validate, paths)
    expect(stdout).toBe('3 files, 5 lines: 5 accepted, 0 rejected, 0 quarantined\n')
    expect(code).toBe(0)
  })

  test('names every problem of every file in one run, and exits 1', async () => {
    const broken = put('broken.jsonl', [lines[0], lines[1]!.replace('"ok"', '"fine"'), lines[2], '{'].join('\n'))
    const damaged = put('damaged.jsonl.gz', gzipSync(lines.join('\n')).subarray(0, 200))
    const { code, stdout } = await spawnCommand('pipeline/validate.ts', broken, damaged)
    expect(code).toBe(1)
    const places = stdout.split('\n').map((line) => line.replace(folder, '').slice(0, 40))
    expect(places.filter((place) => place.startsWith('/'))).toEqual([
      expect.stringMatching(/^\/broken\.jsonl:2:\d+: \$\.exit: expected/),
      expect.stringMatching(/^\/broken\.jsonl:4:2: \$: expected valid/),
      expect.stringMatching(/^\/damaged\.jsonl\.gz:1:1: \$: expected a/),
    ])
  })

  test('gives the same verdicts as JSON', async () => {
    const { code, stdout } = await callCommand(validate, ['--json', put('b.jsonl', `${lines[0]}\n{}\n`)])
    const report = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(report.files).toMatchObject([{ lines: 2, accepted: 1, rejected: 1, quarantined: 0 }])
    expect(report.rejected[0]).toMatchObject({ line: 2, json_path: '$.ts', found: 'no such key' })
  })

  test('quarantines an unknown name, shows the nearest known ones, and exits 0', async () => {
    const { code, stdout } = await callCommand(validate, [
      put('c.jsonl', `${lines[0]!.replace(/"gpu_name":"[^"]*"/, '"gpu_name":"NVIDIA GeForce RTX 4091"')}\n`),
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /1 line: quarantined: unknown_gpu "NVIDIA GeForce RTX 4091"\. Nearest known: nvidia geforce rtx 409/,
    )
    expect(stdout).toMatch(/^1 file, 1 line: 0 accepted, 0 rejected, 1 quarantined$/m)
  })

  test.each([
    [[], 'at least one file'],
    [['--nope'], '--nope'],
  ])('explains wrong usage %j', async (args, words) => {
    const { code, stderr } = await callCommand(validate, args)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })

  test('says in which file a sample counts already', async () => {
    const first = put('first.jsonl', `${lines[0]}\n${lines[1]}\n${lines[1]}\n`)
    const second = put('second.jsonl', `${lines[0]}\n${lines[1]}\n${lines[2]}\n`)
    const { code, stdout } = await callCommand(validate, [first, second])
    expect(code).toBe(0)
    expect(stdout.replaceAll(folder, '').split('\n')).toEqual([
      '/first.jsonl:3: quarantined: duplicate: counts on an earlier line already.',
      '/second.jsonl: 2 lines (lines 1 to 2): quarantined: duplicate: counts in /first.jsonl already.',
      '2 files, 6 lines: 3 accepted, 0 rejected, 3 quarantined',
      '',
    ])
  })

  test('has help', async () => {
    expect((await callCommand(validate, ['--help'])).stdout).toMatch(/^Usage: npm run validate/)
  })
})

describe('npm run pipeline', () => {
  function dataWith(name: string, files: Record<string, string>): string {
    const dataDir = join(folder, name)
    const home = join(dataDir, 'exports', 'ada', '2026-10')
    mkdirSync(home, { recursive: true })
    addSmallCatalogue(dataDir)
    cpSync('data/policy.json', join(dataDir, 'policy.json'))
    for (const [file, content] of Object.entries(files)) writeFileSync(join(home, file), content)
    return dataDir
  }

  test('builds without a rejected line and exits 1; --keep-going makes that 0', async () => {
    const dataDir = dataWith('rejecting', { 'a.jsonl': `${lines[0]}\n{}\n`, 'notes.txt': 'hello' })
    const args = ['--data', dataDir, '--out', join(folder, 'rejecting-out', 'data')]
    mkdirSync(join(folder, 'rejecting-out'))
    const { code, stdout, stderr } = await spawnCommand('pipeline/cli.ts', ...args)
    expect(code).toBe(1)
    expect(stdout.replace(/[\d.]+ s\n$/, '… s\n')).toMatchInlineSnapshot(`
      "contributor                                  lines accepted rejected quarantined
      ada                                              2        1        1           0

      file                                         lines accepted rejected quarantined
      exports/ada/2026-10/a.jsonl                      2        1        1           0

      1 file, 2 lines: 1 accepted, 1 rejected, 0 quarantined
      0 cells, 0 matrix rows, 0 cells pending; … s
      "
    `)
    expect(stderr).toContain('exports/ada/2026-10/notes.txt: refused')
    expect(stderr).toContain('exports/ada/2026-10/a.jsonl:2:1: $.ts: expected')
    const manifest = JSON.parse(readFileSync(join(folder, 'rejecting-out', 'data', 'manifest.json'), 'utf8'))
    expect(manifest.inputs).toMatchObject([{ lines: 2, accepted: 1, rejected: 1 }])
    expect((await callCommand(runPipeline, [...args, '--keep-going'])).code).toBe(0)
  })

  test('says which withdrawn files it did not read', async () => {
    const dataDir = dataWith('withdrawn', { 'a.jsonl': `${lines[0]}\n` })
    const withdrawals = [{ contributor: 'ada', month: '2026-10', date: '2026-11-24' }]
    writeFileSync(join(dataDir, 'withdrawn.json'), JSON.stringify({ schema_version: 1, withdrawals, cells: [] }))
    const out = join(folder, 'withdrawn-out', 'data')
    const { code, stderr } = await callCommand(runPipeline, ['--data', dataDir, '--out', out, '--no-cache'])
    expect([code, stderr]).toEqual([
      0,
      'exports/ada/2026-10/a.jsonl: not read: it is withdrawn. Fix: delete the file.\n',
    ])
  })

  test('says what is wrong with a damaged catalogue and leaves the published files alone', async () => {
    const dataDir = dataWith('damaged', { 'a.jsonl': `${lines[0]}\n` })
    writeFileSync(join(dataDir, 'catalog', 'gpus.json'), '{"schema_version":1')
    const { code, stderr } = await callCommand(runPipeline, [
      '--data',
      dataDir,
      '--out',
      join(folder, 'rejecting-out', 'data'),
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/gpus\.json: expected valid JSON, found: .*\. Fix: correct or restore the file\./)
    expect(readFileSync(join(folder, 'rejecting-out', 'data', 'manifest.json'), 'utf8')).toContain('"schema_version"')
  })

  test('refuses a policy below the floor', async () => {
    const dataDir = dataWith('floor', {})
    writeFileSync(
      join(dataDir, 'policy.json'),
      '{"k":2,"min_samples":30,"bin_contributors":3,"bin_samples":10,"closed_through":202610}',
    )
    const { code, stderr } = await callCommand(runPipeline, ['--data', dataDir, '--out', join(folder, 'floor-out')])
    expect(code).toBe(1)
    expect(stderr).toContain('policy.json')
  })

  test('writes over nothing that it did not write itself', async () => {
    const dataDir = dataWith('precious', { 'a.jsonl': `${lines[0]}\n` })
    const precious = join(folder, 'precious-out')
    mkdirSync(precious)
    writeFileSync(join(precious, 'thesis.txt'), 'years of work')
    const { code, stderr } = await callCommand(runPipeline, ['--data', dataDir, '--out', precious])
    expect(code).toBe(1)
    expect(stderr).toBe(
      `${precious}: expected a folder of published files (with manifest.json), an empty one or none, found other files. Fix: name another folder with --out.\n`,
    )
    expect(readFileSync(join(precious, 'thesis.txt'), 'utf8')).toBe('years of work')
  })

  test('names a data folder that is not there', async () => {
    const missing = join(folder, 'missing')
    const { code, stderr } = await callCommand(runPipeline, ['--data', missing])
    expect(code).toBe(1)
    expect(stderr).toBe(`${missing}: expected a data folder, found none. Fix: name it with --data.\n`)
  })

  test.each([
    [['--audience', 'everyone'], '--audience: expected public or private, found "everyone"'],
    [['--nope'], '--nope'],
  ])('explains wrong usage %j', async (args, words) => {
    const { code, stderr } = await callCommand(runPipeline, args)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})
