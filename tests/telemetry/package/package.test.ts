import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEngineDouble } from '../../support/engine_doubles/index.ts'
import type { EngineDouble } from '../../support/engine_doubles/types.ts'
import { packPackage } from '../../support/packed_package.ts'
import { makeHome } from '../cli/support/call_orch.ts'
import { bufferOf, fillBuffer, makeEvent } from '../cli/support/fill_buffer.ts'
import { askChat, waitFor } from '../cli/support/serve_process.ts'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines } from '../support/run_orch.ts'

const ROOT = join(import.meta.dirname, '../../..')
const NAME = 'orch-telemetry'
const { dependencies, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  version: string
}

/** Every Node that has to run the package: this one, and another of the machine if there is one. */
const NODES = findNodes()

let folder = ''
let double: EngineDouble | undefined
beforeAll(async () => {
  folder = install(await packPackage())
  double = await startEngineDouble('vllm')
})
afterAll(() => double?.close())

describe('the tarball', () => {
  it('holds the compiled program, its documents, and nothing else', () => {
    const files = listFiles(join(folder, 'node_modules', NAME))
    const others = files.filter((path) => !/^dist\/orch\/(telemetry|contracts)\/.*\.(js|d\.ts)$/.test(path))
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/orch.js',
      'contracts/anonymized_export.schema.json',
      'contracts/benchmark_run.schema.json',
      'contracts/telemetry_event.schema.json',
      'data/catalog/engines.json',
      'data/catalog/gpus.json',
      'data/catalog/models.json',
      'dist/orch/ui.html',
      'docs/collect.md',
      'docs/orch.md',
      'package.json',
    ])
    expect(files).toContain('dist/orch/telemetry/index.d.ts')
    expect(files.filter((path) => /test|fixture|pipeline|site\//.test(path))).toEqual([])
  })
})

// What a former build left in a cache once made the compiler write nothing, and the second tarball of a clone empty.
it('is compiled anew each time', () => {
  const tsc = join(ROOT, 'node_modules/typescript-native/bin/tsc')
  const shown = execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.publish.json'), '--showConfig'])
  expect(JSON.parse(shown.toString()).compilerOptions).toMatchObject({ incremental: false })
})

/** Outside of the home folders, in which no trace may be left. */
const compileCache = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }

describe.each(NODES)('under Node $version', ({ path: node }) => {
  const orch = (args: readonly string[], env: NodeJS.ProcessEnv = makeHome()) =>
    spawnSync(node, [program(), ...args], { env: { ...compileCache, ...env }, encoding: 'utf8', cwd: folder })

  it('orch runs alone', () => {
    expect(orch(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
    expect(orch(['--help'])).toMatchObject({ status: 0, stderr: '' })
  })

  it('orch telemetry status says off, and leaves no trace', () => {
    const home = makeHome()
    const { status, stdout, stderr } = orch(['telemetry', 'status'], home)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^Telemetry {4}off$/m)
    expect(readdirSync(home.HOME)).toEqual([])
  })

  it('orch import converts, orch validate accepts what it made', () => {
    writeFileSync(
      join(folder, 'bench.jsonl'),
      toJsonl([llamaBenchRow({ n_prompt: 512 }), llamaBenchRow({ n_gen: 128, samples_ns: [2e9] })]),
    )
    expect(orch(['import', 'llama-bench', 'bench.jsonl', '--out', 'out.jsonl', '--force']).status).toBe(0)
    expect(orch(['validate', 'out.jsonl'])).toMatchObject({
      status: 0,
      stdout: '1 file, 1 line: 1 accepted, 0 rejected\n',
    })
  })

  it('orch telemetry export knows the names of the catalogue', async () => {
    const env = { ...makeHome(), ORCH_TELEMETRY_ENABLED: '1' }
    await fillBuffer(bufferOf(env), [makeEvent(), makeEvent({ job_id: 'job-2', model_ref: 'acme-support' })])
    expect(orch(['telemetry', 'export', '--out', 'export.jsonl', '--force'], env).status).toBe(0)
    const names = parseLines(readFileSync(join(folder, 'export.jsonl'), 'utf8')).map(({ model_ref }) => model_ref)
    expect(names.sort()).toEqual(['hf:meta-llama/Llama-3.1-8B-Instruct', 'private'])
  })

  it('orch serve answers and records', async () => {
    const home = makeHome()
    const env = { ...home, ORCH_TELEMETRY_ENABLED: 'true' }
    const child = spawn(node, [program(), 'serve', '-u', double!.url, '-l', '127.0.0.1:0'], {
      env: { ...compileCache, ...env },
    })
    const texts: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => texts.push(bytes.toString()))
    const exit = new Promise((resolve) => child.once('exit', resolve))
    const url = await waitFor(
      () => /listening on (http:\S+),/.exec(texts.join(''))?.[1],
      () => texts.join(''),
    )
    expect(await (await askChat(url)).text()).toContain('[DONE]')
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    const { stdout } = orch(['telemetry', 'show'], env)
    expect(parseLines(stdout)).toEqual([expect.objectContaining({ exit: 'ok', tokens_out: 8 })])
  })

  it('orch ui serves its page, and the report of a buffer', async () => {
    const env = { ...makeHome(), ORCH_TELEMETRY_ENABLED: '1' }
    await fillBuffer(bufferOf(env), [makeEvent()])
    const child = spawn(node, [program(), 'ui', '--port', '0'], { env: { ...compileCache, ...env } })
    const texts: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => texts.push(bytes.toString()))
    const exit = new Promise((resolve) => child.once('exit', resolve))
    const url = await waitFor(
      () => /^(http:\S+)\n/m.exec(texts.join(''))?.[1],
      () => texts.join(''),
    )
    const page = await (await fetch(url)).text()
    expect(page).toContain('<h1>This host</h1>')
    expect(Buffer.byteLength(page)).toBeLessThan(400_000)
    expect(await (await fetch(`${url}/report.json`)).json()).toMatchObject({ tasks: 1, unreadable: 0 })
    child.kill('SIGINT')
    expect(await exit).toBe(0)
  })

  it('the library can be imported, is off by default, and records when it is on', () => {
    const home = makeHome()
    const script = `
      import { createTelemetry } from '${NAME}'
      const telemetry = createTelemetry({ config: { buffer: { fsync_ms: 0 } }, gpu: { gpu_name: 'GPU', gpu_count: 1, vram_total_mb: null, driver_version: null, source: 'config' } })
      const task = telemetry.task({ model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '0.11.0' })
      task.firstToken()
      task.token()
      task.end({ exit: 'ok', tokens_in: 1, tokens_out: 2 })
      await telemetry.close(60_000)
      console.log(JSON.stringify([telemetry.enabled, telemetry.snapshot().samples.written]))`
    const run = (env: NodeJS.ProcessEnv) =>
      spawnSync(node, ['--input-type=module', '-e', script], {
        cwd: folder,
        env: { ...compileCache, ...env },
        encoding: 'utf8',
      })
    expect(run(home)).toMatchObject({ stdout: '[false,0]\n', stderr: '', status: 0 })
    expect(readdirSync(home.HOME)).toEqual([])
    expect(run({ ...home, ORCH_TELEMETRY_ENABLED: '1' })).toMatchObject({ stdout: '[true,1]\n', stderr: '', status: 0 })
  })
})

describe('the types of the library', () => {
  it('are found and hold together for a strict consumer', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { createTelemetry, type Telemetry } from '${NAME}'
const telemetry: Telemetry = createTelemetry()
telemetry.task({ model_ref: 'hf:org/repo', engine: 'vllm', engine_version: '1' }).end({ exit: 'ok' })
// @ts-expect-error: there is no such exit
telemetry.task({ model_ref: 'm', engine: 'vllm', engine_version: '1' }).end({ exit: 'fine' })
`,
    )
    const options = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023',
      '--types',
      'node',
    ]
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript-native/bin/tsc'), ...options, 'consumer.ts'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })
})

/** Unpacks the tarball as an installation would, with the run-time dependencies beside it and nothing of the repository. */
function install(tarball: string): string {
  const target = makeFolder()
  const packageFolder = join(target, 'node_modules', NAME)
  mkdirSync(packageFolder, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', packageFolder, '--strip-components=1'])
  for (const dependency of [...Object.keys(dependencies), '@types/node', 'undici-types']) link(target, dependency)
  writeFileSync(join(target, 'package.json'), '{"type":"module","private":true}\n')
  return target
}

function link(target: string, dependency: string): void {
  const path = join(target, 'node_modules', dependency)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules', dependency), path)
}

function program(): string {
  return join(folder, 'node_modules', NAME, 'bin/orch.js')
}

function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

function findNodes(): { version: string; path: string }[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, 'node'))
  const paths = [process.execPath, ...onPath.filter((path) => existsSync(path))].map((path) => realpathSync(path))
  const nodes = [...new Set(paths)].map((path) => ({ path, version: versionOf(path) }))
  return nodes.filter(
    ({ version: found }, at) => isSupported(found) && nodes.findIndex((other) => other.version === found) === at,
  )
}

/** Scripts that stand for a Node (version managers) may not start one. */
function versionOf(path: string): string {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return stdout?.trim().replace(/^v/, '') ?? ''
}

/** The package is for Node 20.18 and newer. */
function isSupported(found: string): boolean {
  const [major = 0, minor = 0] = found.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 18)
}
