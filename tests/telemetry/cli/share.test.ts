import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'
import { type CallHereOptions, callOrch, makeHome } from './support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from './support/fill_buffer.ts'

const row = (changes: Record<string, unknown>) => llamaBenchRow({ test_time: '2026-03-10T10:00:00Z', ...changes })
const RESULTS = toJsonl([row({ n_prompt: 512 }), row({ n_gen: 128, samples_ns: [2e9] })])
/** The name of what the first run writes, without the digits that stand for its lines. */
const NAME = /samples-2026-03-[0-9a-f]{8}/

async function share(args: string[], options: CallHereOptions = {}, content: string | Buffer = RESULTS) {
  const cwd = makeFolder()
  writeFileSync(join(cwd, 'r.json'), content)
  const call = await callOrch(['share', ...args], { cwd, ...options })
  const written = () => readdirSync(cwd).filter((name) => NAME.test(name))
  const read = () => (written().length === 0 ? null : readFileSync(join(cwd, written()[0]!), 'utf8'))
  return { ...call, cwd, read, written }
}

/** Stand-ins for git and gh: they write down how they are called; forking makes the folder of the clone, as gh does. */
function fakePrograms(failing = 'none') {
  const bin = makeFolder()
  const log = join(bin, 'log.jsonl')
  const script = `#!${process.execPath}
const fs = require('node:fs'), path = require('node:path')
const args = process.argv.slice(2), name = path.basename(process.argv[1])
const call = [name, ...args].join(' ')
const files = name === 'git' && args[0] === 'add' ? fs.readFileSync(args[1], 'utf8') : undefined
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify({ call, in: path.basename(process.cwd()), files }) + '\\n')
if (call.startsWith(${JSON.stringify(failing)})) { console.error('no such luck'); process.exit(1) }
if (call.startsWith('gh api')) console.log('Ada')
if (call.startsWith('gh repo fork')) fs.mkdirSync(args[2].split('/')[1])
if (call.startsWith('gh pr create')) console.log('https://github.com/acme/matrix/pull/7')
`
  for (const name of ['git', 'gh']) {
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  const calls = () =>
    existsSync(log) ? (parseLines(readFileSync(log, 'utf8')) as { call: string; in: string; files?: string }[]) : []
  return { env: { PATH: bin }, calls }
}

const maskName = (text: string) => text.replaceAll(new RegExp(NAME, 'g'), 'samples-2026-03-<digest>')

const OPEN = ['r.json', '--repository', 'acme/matrix', '--open-pr', '--yes']

describe('orch share', () => {
  it('shows what becomes public, writes the file and prints the commands', async () => {
    const { code, out, read } = await share(['r.json', '--yes', '--repository', 'acme/matrix', '--account', 'Ada'])
    expect(code).toBe(0)
    expect(read()).toContain('"gpt-oss-20b-F16"')
    expect(out).toMatch(
      /^These 1 line would become public.*\n\nmodel +precision +GPU +engine +lines\ngpt-oss-20b-F16 +mxfp4 /,
    )
    expect(maskName(out.slice(out.indexOf('Wrote')))).toMatchInlineSnapshot(`
      "Wrote samples-2026-03-<digest>.jsonl. To open a pull request with it:

        gh repo fork acme/matrix --clone --default-branch-only
        cp samples-2026-03-<digest>.jsonl /tmp/samples-2026-03-<digest>.jsonl && cd matrix
        git switch --create samples-2026-03-<digest>
        mkdir -p data/exports/ada/2026-03 && mv /tmp/samples-2026-03-<digest>.jsonl data/exports/ada/2026-03/samples-2026-03-<digest>.jsonl
        git add data/exports/ada/2026-03/samples-2026-03-<digest>.jsonl
        git commit --message 'Samples of Ada, 2026-03'
        git push --set-upstream origin samples-2026-03-<digest>
        gh pr create --repo acme/matrix --head Ada:samples-2026-03-<digest> --title 'Samples of Ada, 2026-03' --body 'Written by orch share.'
      "
    `)
  })

  it('names another contribution of a month otherwise, and the same one again the same', async () => {
    const env = makeHome()
    const first = await share(['r.json', '--yes'], { env })
    const again = await share(['r.json', '--yes'], { env })
    const other = await share(['r.json', '--yes'], { env }, RESULTS.replaceAll('03-10T', '03-11T'))
    expect(first.written()).toHaveLength(1)
    expect(again.written()).toEqual(first.written())
    expect(other.written()).not.toEqual(first.written())
  })

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('takes results and samples that are packed with %s', async (_, pack) => {
    const results = await share(['r.json', '--yes'], {}, pack(RESULTS))
    expect(results.code).toBe(0)
    const samples = await share(['r.json', '--yes'], {}, pack(results.read()!))
    expect(samples.written()).toEqual(results.written())
    expect(samples.read()).toBe(results.read())
  })

  it('asks before it writes, and writes nothing without an answer', async () => {
    const no = await share(['r.json'], { terminal: { in: true }, answers: ['n'] })
    expect({ code: no.code, file: no.read() }).toEqual({ code: 1, file: null })
    const nobody = await share(['r.json'])
    expect({ code: nobody.code, file: nobody.read() }).toEqual({ code: 2, file: null })
  })

  it('takes what the file does not tell as orch import does', async () => {
    const run = { date: '20260312-120301', backend: 'openai-chat', model_id: 'Acme/Frobnik-7B', max_concurrency: 1 }
    const times = { input_lens: [100], output_lens: [3], ttfts: [0.05], itls: [[0.01, 0.02]], errors: [''] }
    const content = JSON.stringify({ ...run, ...times })
    const lacking = await share(['r.json', '--yes'], {}, content)
    expect({ code: lacking.code, file: lacking.read() }).toEqual({ code: 1, file: null })
    expect(lacking.error).toContain('--gpu NAME')
    const given = await share(['r.json', '--yes', '--gpu', 'NVIDIA L40S', '--engine', 'vllm'], {}, content)
    expect(given.code).toBe(0)
    expect(given.out).toContain('note: "hf:Acme/Frobnik-7B" is not in the catalogue: its name becomes public as it is')
  })

  it('takes what the gateway recorded, under the names that may leave', async () => {
    const env = makeHome()
    await callOrch(['telemetry', 'on', '--yes'], { env, now: '2026-03-14T00:00:00Z' })
    const secret = makeEvent({ job_id: 'job-2', model_ref: 'acme-secret' })
    await fillBuffer(bufferOf(env), [makeEvent(), secret])
    const { code, out, read } = await share(['--buffer', '--yes'], { env })
    expect(code).toBe(0)
    expect(out).toContain('hf:meta-llama/Llama-3.1-8B-Instruct')
    expect(out).toContain('private (withheld)')
    expect(parseLines(read()!)).toHaveLength(2)
    expect(read()! + out).not.toContain('acme-secret')
    const released = await share(['--buffer', '--yes', '--release', 'acme-*'], { env })
    expect(released.out).toContain('note: "acme-secret" is not in the catalogue: its name becomes public as it is')
    expect((await share(['r.json', '--release', 'acme-*'])).error).toContain('--release: expected with --buffer only')
  })

  it('writes nothing if a line would not be accepted', async () => {
    const first = await share(['r.json', '--yes'])
    const bad = first.read()!.replace(/"gpu_name":"[^"]+"/, '"gpu_name":"Imaginary 9000"')
    const { code, out, read } = await share(['r.json', '--yes'], {}, bad)
    expect({ code, file: read() }).toEqual({ code: 1, file: null })
    expect(out).toContain('Imaginary 9000')
  })
})

describe('orch share --open-pr', () => {
  it('runs the commands with git and gh, and tells the address', async () => {
    const { env, calls } = fakePrograms()
    const { code, out, read } = await share(OPEN, { env })
    expect(code).toBe(0)
    expect(out.trim().split('\n').at(-1)).toBe('https://github.com/acme/matrix/pull/7')
    expect(calls().map(({ call }) => maskName(call))).toEqual([
      'gh api user --jq .login',
      'gh repo fork acme/matrix --clone --default-branch-only',
      'git switch --create samples-2026-03-<digest>',
      'git add data/exports/ada/2026-03/samples-2026-03-<digest>.jsonl',
      'git commit --message Samples of Ada, 2026-03',
      'git push --set-upstream origin samples-2026-03-<digest>',
      'gh pr create --repo acme/matrix --head Ada:samples-2026-03-<digest> --title Samples of Ada, 2026-03 --body Written by orch share.',
    ])
    expect(calls().find(({ files }) => files)).toMatchObject({ in: 'matrix', files: read() })
  })

  it('names the command that fails, and runs no other', async () => {
    const { env, calls } = fakePrograms('git push')
    const { code, error } = await share(OPEN, { env })
    expect(code).toBe(1)
    expect(maskName(error)).toContain(
      'it failed: git push --set-upstream origin samples-2026-03-<digest>\nno such luck',
    )
    expect(calls().at(-1)!.call).toContain('git push')
  })

  it('asks before anything leaves', async () => {
    const { env, calls } = fakePrograms()
    const options = { env, terminal: { in: true }, answers: ['y', 'n'] }
    const { code } = await share(
      OPEN.filter((arg) => arg !== '--yes'),
      options,
    )
    expect({ code, calls: calls().map(({ call }) => call) }).toEqual({ code: 1, calls: ['gh api user --jq .login'] })
  })

  it('says which program is not installed', async () => {
    const { error } = await share(OPEN, { env: { PATH: makeFolder() } })
    expect(error).toContain('gh is not installed')
  })
})
