import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { judgeLine } from '../../../contracts/index.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'
import { callOrch, makeHome, startOrch } from './support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from './support/fill_buffer.ts'
import { waitFor } from './support/serve_process.ts'

const OPT_IN = '2026-03-01T00:00:00.000Z'
const EVENTS = [
  makeEvent({ job_id: 'early', ts: '2026-02-28T23:59:59Z' }),
  makeEvent({ job_id: 'one', tenant_id: 'acme-corp' }),
  makeEvent({
    job_id: 'two',
    ts: '2026-03-14T09:27:01Z',
    model_ref: 'qwen3:8b',
    engine: 'ollama',
    first_token_ms: 120,
  }),
  makeEvent({ job_id: 'three', exit: 'error', tokens_out: 0, first_token_ms: null, decode_time_ms: null }),
]

let env: { HOME: string }
beforeEach(async () => {
  env = makeHome()
  await callOrch(['telemetry', 'on', '--yes'], { env, now: OPT_IN })
})

describe('orch telemetry show', () => {
  it('prints a table of 80 characters on a terminal, without what was recorded before the opt-in', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const terminal = { out: true, error: true }
    const { code, out, error } = await callOrch(['telemetry', 'show'], { env: { ...env, NO_COLOR: '1' }, terminal })
    expect(code).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "time (UTC)     model              engine        in    out  TTFT ms  tok/s exit
      03-14 09:26:53 meta-llama/Llama-… vllm        1234    567     43.2   69.7 ok
      03-14 09:27:01 qwen3:8b           ollama      1234    567      120   69.7 ok
      03-14 09:26:53 meta-llama/Llama-… vllm        1234      0        –      – error
      "
    `)
    expect(error.replaceAll(env.HOME, '~')).toMatchInlineSnapshot(`
      "3 samples, as recorded; --as-sent shows what leaves this host
      skipped: 1 from before the opt-in of 2026-03-01T00:00:00.000Z
      "
    `)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('marks by colour on a terminal only, and not if NO_COLOR is set', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const show = (terminal: object, more: NodeJS.ProcessEnv = {}) =>
      callOrch(['telemetry', 'show'], { env: { ...env, ...more }, terminal })
    expect((await show({ out: true })).out).toContain('\u001b[33m')
    expect((await show({ out: true }, { NO_COLOR: '1' })).out).not.toContain('\u001b')
    expect((await show({ out: false })).out).not.toContain('\u001b')
  })

  it('prints every field as JSON if the output is no terminal, the last ones with --limit', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    expect(parseLines((await callOrch(['telemetry', 'show'], { env })).out)).toEqual(EVENTS.slice(1))
    const last = await callOrch(['telemetry', 'show', '--limit', '2', '--json'], { env, terminal: { out: true } })
    expect(parseLines(last.out)).toEqual(EVENTS.slice(2))
    expect((await callOrch(['telemetry', 'show', '--limit', '0'], { env })).out).toBe('')
    expect(await callOrch(['telemetry', 'show', '--limit', '-1'], { env })).toMatchObject({ code: 2 })
  })

  it('finds the last ones among many segments without reading all', async () => {
    for (let segment = 0; segment < 9; segment++)
      await fillBuffer(bufferOf(env), [makeEvent({ job_id: `a${segment}` }), makeEvent({ job_id: `b${segment}` })])
    const { out } = await callOrch(['telemetry', 'show', '--limit', '5'], { env })
    expect(parseLines(out).map(({ job_id }) => job_id)).toEqual(['b6', 'a7', 'b7', 'a8', 'b8'])
  })

  it('--as-sent prints what leaves the host', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const { out } = await callOrch(['telemetry', 'show', '--as-sent', '--limit', '3'], { env })
    const [sent] = parseLines(out)
    expect(sent).toMatchObject({ ts: '2026-03-14T00:00:00Z', tokens_in: 1200, tokens_out: 570, first_token_ms: 43.2 })
    expect(sent!.tenant_id).toMatch(/^anon:[0-9a-f]{32}$/)
    for (const line of out.trim().split('\n')) expect(judgeLine('anonymized_export', line).verdict).toBe('accepted')
    expect(out).not.toContain('acme')
  })

  it('--follow prints what comes, until a signal', async () => {
    await fillBuffer(bufferOf(env), EVENTS.slice(1, 2))
    const call = startOrch(['telemetry', 'show', '--follow'], { env })
    await waitFor(() => call.out().includes('"one"'), call.error)
    await fillBuffer(bufferOf(env), EVENTS.slice(2))
    await waitFor(() => call.out().includes('"three"'), call.error)
    call.signal('SIGINT')
    const { code, out } = await call.done
    expect(code).toBe(0)
    expect(parseLines(out)).toEqual(EVENTS.slice(1))
  })

  it('counts records that cannot be read, and goes on', async () => {
    await fillBuffer(bufferOf(env), EVENTS.slice(1, 2))
    const [segment] = readdirSync(bufferOf(env)).filter((name) => name.endsWith('.jsonl'))
    appendFileSync(join(bufferOf(env), segment!), '{"ts":"2026-\n')
    const { out, error } = await callOrch(['telemetry', 'show'], { env, terminal: { out: true } })
    expect(out).toContain('meta-llama')
    expect(error).toContain('skipped: 1 that could not be read')
  })

  it('says so if there is nothing', async () => {
    const { code, error } = await callOrch(['telemetry', 'show'], { env, terminal: { out: true } })
    expect(code).toBe(0)
    expect(error).toBe(`No sample in ${bufferOf(env)} may leave.\n`)
    expect(existsSync(bufferOf(env))).toBe(false)
  })
})

describe('orch telemetry export', () => {
  it('writes the anonymised samples since the opt-in, and says how to publish them', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const file = join(makeFolder(), 'samples.jsonl')
    const { code, out, error } = await callOrch(['telemetry', 'export', '--out', file], { env })
    expect(code).toBe(0)
    expect(out.replaceAll(file, 'samples.jsonl')).toMatchInlineSnapshot(`
      "Wrote 3 samples to samples.jsonl (1.14 kB).
      Every line is anonymised and was checked against the contract.

      To publish them
        1. Look at the file: it is one JSON object a line, and all that will be seen.
           orch validate samples.jsonl
        2. Fork the repository and put the file under
           data/exports/<your account>/2026-03/
        3. Open a pull request. The checks name every line that does not fit.
      "
    `)
    expect(error).toBe(`left out: 1 from before the opt-in of ${OPT_IN}\n`)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/acme|"one"|09:26/)
    const samples = parseLines(text)
    expect(samples).toHaveLength(3)
    expect(samples.map(({ job_id }) => job_id)).toEqual([...samples.map(({ job_id }) => job_id)].sort())
    expect((await callOrch(['validate', file])).code).toBe(0)
  })

  it('withholds the names that the catalogue does not know, says so, and publishes those that are released', async () => {
    const names = ['acme-support', 'acme-legal', 'hf:Qwen/Qwen3-8B', 'hf:jane/Qwen3-8B-GGUF', 'unknown']
    await fillBuffer(
      bufferOf(env),
      names.map((model_ref, at) => makeEvent({ job_id: `job-${at}`, model_ref })),
    )
    const file = join(makeFolder(), 'samples.jsonl')
    const exportNames = async (...args: string[]) => {
      const call = await callOrch(['telemetry', 'export', '--out', file, '--force', ...args], { env })
      const lines = parseLines(readFileSync(file, 'utf8'))
      return { ...call, names: lines.map(({ model_ref }) => model_ref).sort() }
    }
    const withheld = await exportNames()
    expect(withheld.code).toBe(0)
    expect(withheld.names).toEqual(['hf:Qwen/Qwen3-8B', 'hf:Qwen/Qwen3-8B', 'private', 'private', 'unknown'])
    expect(withheld.error).toMatchInlineSnapshot(`
      "withheld: names of models that the catalogue does not know leave this host as "private":
        acme-support  1 sample
        acme-legal  1 sample
      To publish a name: orch telemetry export --release NAME, or telemetry.publish_models = ["NAME"] in the config file.
      "
    `)
    const released = await exportNames('--release', 'acme-s*')
    expect(released.names).toContain('acme-support')
    expect(released.names).not.toContain('acme-legal')
    const shown = await callOrch(['telemetry', 'show', '--as-sent', '--json'], { env })
    expect(shown.out).not.toMatch(/acme|jane/)
    expect(shown.error).toMatch(/^withheld: (.|\n)*acme-legal {2}1 sample\n(.|\n)*--release NAME/)
  })

  it('is the same sample for sample when done again, and keeps a repeated sample once', async () => {
    await fillBuffer(bufferOf(env), [...EVENTS, EVENTS[1]!])
    const folder = makeFolder()
    for (const name of ['a.jsonl', 'b.jsonl.gz'])
      expect((await callOrch(['telemetry', 'export', '--out', join(folder, name)], { env })).code).toBe(0)
    const plain = readFileSync(join(folder, 'a.jsonl'))
    expect(parseLines(plain.toString())).toHaveLength(3)
    expect(gunzipSync(readFileSync(join(folder, 'b.jsonl.gz')))).toEqual(plain)
  })

  it('writes nothing if there is nothing, or if the file may not be written', async () => {
    const file = join(makeFolder(), 'samples.jsonl')
    const none = await callOrch(['telemetry', 'export', '--out', file], { env })
    expect(none.code).toBe(1)
    expect(none.error).toContain('nothing to write')
    expect(existsSync(file)).toBe(false)
    await fillBuffer(bufferOf(env), EVENTS)
    writeFileSync(file, 'mine')
    expect(await callOrch(['telemetry', 'export', '--out', file], { env })).toMatchObject({ code: 2, out: '' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect((await callOrch(['telemetry', 'export', '--out', file, '--force'], { env })).code).toBe(0)
    expect(parseLines(readFileSync(file, 'utf8'))).toHaveLength(3)
  })

  it.each([
    [['telemetry', 'export'], '--out FILE is required.\nSee orch telemetry export --help\n'],
    [
      ['telemetry', 'export', '--out', 'a.json'],
      '--out: expected a name that ends in .jsonl or .jsonl.gz, found "a.json".\n',
    ],
  ])('%j is a wrong command line', async (args, text) => {
    expect(await callOrch(args, { env })).toEqual({ code: 2, out: '', error: text })
  })
})

describe('orch telemetry status', () => {
  it('shows which setting decided, where samples are, and how many were sent', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const { out } = await callOrch(['telemetry', 'status'], { env })
    expect(out.replaceAll(env.HOME, '~').replace(/\d\d\d\d-\d\d-\d\d \d\d:\d\dZ/g, 'TIME')).toMatchInlineSnapshot(`
      "Telemetry    on, since 2026-03-01T00:00:00.000Z
      Decided by   orch telemetry on
                   ~/.config/orch/consent.json, since 2026-03-01T00:00:00.000Z
      Config       no file: defaults and environment
      Buffer       ~/.local/state/orch/buffer
                   1 segment, 1.40 kB, TIME to TIME
      Key          ~/.config/orch/anonymise.key (created when first needed)
      Tenants      not recorded: every sample has "anon" (no telemetry.tenant_header)

      No sink is configured: samples stay in the buffer until you export them.
      "
    `)
  })

  it('prints the same as JSON', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const { out } = await callOrch(['telemetry', 'status', '--json'], { env })
    expect(JSON.parse(out)).toMatchObject({
      enabled: true,
      decided_by: 'orch telemetry on',
      opted_in: OPT_IN,
      problem: null,
      paths: { buffer: bufferOf(env), config: null },
      destinations: [],
      buffer: { exists: true, segments: 1, sinks: {}, dropped: {} },
    })
  })

  it.each([
    [{ DO_NOT_TRACK: '1', ORCH_TELEMETRY_ENABLED: 'true' }, false, 'DO_NOT_TRACK'],
    [{ ORCH_TELEMETRY_ENABLED: 'false' }, false, 'ORCH_TELEMETRY_ENABLED'],
    [{}, true, 'orch telemetry on'],
  ])('with %j', async (settings, enabled, decided_by) => {
    const { out } = await callOrch(['telemetry', 'status', '--json'], { env: { ...env, ...settings } })
    expect(JSON.parse(out)).toMatchObject({ enabled, decided_by })
  })

  it('on a new host says off by default and writes nothing', async () => {
    const home = makeHome()
    const { code, out } = await callOrch(['telemetry', 'status'], { env: home })
    expect(code).toBe(0)
    expect(out).toMatch(/^Telemetry {4}off\nDecided by {3}no setting: off by default$/m)
    expect(readdirSync(home.HOME)).toEqual([])
  })

  it('warns of a setting that it cannot understand', async () => {
    const { error } = await callOrch(['telemetry', 'status'], { env: { ...env, ORCH_TELEMETRY_ENABLED: 'maybe' } })
    expect(error).toContain('warning: ORCH_TELEMETRY_ENABLED: expected one of')
  })
})

describe('orch telemetry flush', () => {
  it('sends the pending samples, counts them, and has nothing left to do', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const file = join(makeFolder(), 'sent.jsonl')
    const first = await callOrch(['telemetry', 'flush', '--json'], { env: { ...env, ORCH_JSONL_PATH: file } })
    expect(first.code).toBe(0)
    expect(JSON.parse(first.out)).toEqual({
      done: true,
      sinks: [{ sink: 'jsonl', sent: 3, waiting: 0, dropped: 1, locked: false }],
    })
    expect(parseLines(readFileSync(file, 'utf8'))).toHaveLength(3)
    const second = await callOrch(['telemetry', 'flush'], { env: { ...env, ORCH_JSONL_PATH: file } })
    expect(second.out).toBe(
      'Sink   sent  waiting  dropped\njsonl     0        0        0\nNothing is pending any more.\n',
    )
    const status = await callOrch(['telemetry', 'status'], { env: { ...env, ORCH_JSONL_PATH: file } })
    expect(status.out).toMatch(/^jsonl {5}3 {8}0 {8}1 {2}\d{4}-.*Z\nDropped for jsonl: before_opt_in 1$/m)
  })

  it('sends names of models by the rule of exports to a sink of that form', async () => {
    const names = ['acme-support', 'acme-legal', 'hf:Qwen/Qwen3-8B']
    await fillBuffer(
      bufferOf(env),
      names.map((model_ref, at) => makeEvent({ job_id: `job-${at}`, model_ref })),
    )
    const folder = makeFolder()
    const [config, file] = [join(folder, 'orch.toml'), join(folder, 'samples.jsonl')]
    const sink = `[telemetry.jsonl]\npath = "${file}"\nform = "export"\n`
    writeFileSync(config, `[telemetry]\npublish_models = ["acme-s*"]\n${sink}`)
    expect((await callOrch(['telemetry', 'flush', '--config', config], { env })).code).toBe(0)
    const sent = parseLines(readFileSync(file, 'utf8')).map(({ model_ref }) => model_ref)
    expect(sent.sort()).toEqual(['acme-support', 'hf:Qwen/Qwen3-8B', 'private'])
  })

  it('gives up at the deadline, and the samples stay', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const blocked = join(makeFolder(), 'file')
    writeFileSync(blocked, '')
    const settings = { ...env, ORCH_JSONL_PATH: join(blocked, 'sent.jsonl') }
    const { code, out, error } = await callOrch(['telemetry', 'flush', '--deadline', '1'], { env: settings })
    expect(code).toBe(1)
    expect(out).toContain('The deadline of 1 s passed; the rest is sent later.')
    expect(error).toContain('warning: telemetry sink jsonl: ')
    expect(parseLines((await callOrch(['telemetry', 'show'], { env })).out)).toHaveLength(3)
  })

  it('refuses if telemetry is off or no sink is configured', async () => {
    const off = await callOrch(['telemetry', 'flush'], { env: { ...env, DO_NOT_TRACK: '1' } })
    expect(off).toMatchObject({ code: 1, error: expect.stringContaining('telemetry is off (DO_NOT_TRACK=1)') })
    const none = await callOrch(['telemetry', 'flush'], { env })
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining('no sink is configured') })
  })
})

describe('orch telemetry clear', () => {
  it('asks, and deletes only after a yes', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    const terminal = { in: true, error: true }
    const kept = await callOrch(['telemetry', 'clear'], { env, terminal, answers: ['n'] })
    expect(kept.code).toBe(1)
    expect(kept.error.replaceAll(env.HOME, '~')).toMatchInlineSnapshot(`
      "Delete 1 segment (1.40 kB) in ~/.local/state/orch/buffer? [y/N] Nothing was deleted.
      "
    `)
    expect(parseLines((await callOrch(['telemetry', 'show'], { env })).out)).toHaveLength(3)
    const gone = await callOrch(['telemetry', 'clear'], { env, terminal, answers: ['yes'] })
    expect(gone).toMatchObject({ code: 0, out: expect.stringContaining('Deleted 4 samples in 1 segment') })
    expect((await callOrch(['telemetry', 'show'], { env })).out).toBe('')
  })

  it('deletes nothing if the folder holds a file that orch did not write', async () => {
    await fillBuffer(bufferOf(env), EVENTS)
    writeFileSync(join(bufferOf(env), 'thesis.docx'), 'x')
    const { code, error } = await callOrch(['telemetry', 'clear', '--yes'], { env })
    expect(code).toBe(1)
    expect(error).toContain('thesis.docx')
    expect(parseLines((await callOrch(['telemetry', 'show'], { env })).out)).toHaveLength(3)
  })

  it('needs a terminal or --yes, and has nothing to do without a buffer', async () => {
    expect((await callOrch(['telemetry', 'clear'], { env })).code).toBe(0)
    await fillBuffer(bufferOf(env), EVENTS)
    expect((await callOrch(['telemetry', 'clear'], { env })).code).toBe(2)
  })
})
