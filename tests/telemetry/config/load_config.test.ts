import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../telemetry/config/config_error.ts'
import { type ConfigRequest, loadConfig } from '../../../telemetry/config/load_config.ts'
import { makeFolder } from '../support/run_orch.ts'

function writeConfig(text: string): string {
  const path = join(makeFolder(), 'config.toml')
  writeFileSync(path, text)
  return path
}

/** The problems of a configuration, with the folder of its file cut off. */
function problemsOf(text: string, request: Partial<ConfigRequest> = {}): string {
  const path = writeConfig(text)
  try {
    loadConfig({ path, env: {}, ...request })
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replaceAll(path, 'config.toml')
    throw error
  }
  throw new Error('The configuration was accepted.')
}

describe('where the settings come from', () => {
  it('are the defaults if there is no file', () => {
    const { config, path } = loadConfig({ env: { XDG_CONFIG_HOME: makeFolder() } })
    expect(path).toBeNull()
    expect(config).toMatchObject({
      listen: '127.0.0.1:8080',
      upstream: [],
      drain_s: 30,
      telemetry: { raw_tenant_ids: false },
    })
    expect(config.telemetry.enabled).toBeUndefined()
    expect(config.telemetry.http).toBeUndefined()
  })

  it('come from the XDG folder', () => {
    const folder = makeFolder()
    mkdirSync(join(folder, 'orch'))
    writeFileSync(join(folder, 'orch', 'config.toml'), 'listen = "127.0.0.1:9000"\n')
    const { config, path } = loadConfig({ env: { XDG_CONFIG_HOME: folder } })
    expect(config.listen).toBe('127.0.0.1:9000')
    expect(path).toBe(join(folder, 'orch', 'config.toml'))
  })

  it('come from ~/.config if XDG_CONFIG_HOME is not set', () => {
    const home = makeFolder()
    mkdirSync(join(home, '.config', 'orch'), { recursive: true })
    writeFileSync(join(home, '.config', 'orch', 'config.toml'), 'drain_s = 1\n')
    expect(loadConfig({ env: { HOME: home } }).config.drain_s).toBe(1)
  })

  it('come from the file that --config names, before the one that ORCH_CONFIG names', () => {
    const named = writeConfig('drain_s = 1')
    const other = writeConfig('drain_s = 2')
    expect(loadConfig({ path: named, env: { ORCH_CONFIG: other } }).config.drain_s).toBe(1)
    expect(loadConfig({ env: { ORCH_CONFIG: other } }).config.drain_s).toBe(2)
  })

  it('are refused if a named file is not there', () => {
    const missing = join(makeFolder(), 'no.toml')
    const message = `${missing}: expected a readable TOML file, found ENOENT. Check the path and who may read it.`
    expect(() => loadConfig({ path: missing, env: {} })).toThrow(message)
    expect(() => loadConfig({ env: { ORCH_CONFIG: missing } })).toThrow(message)
  })

  it('stand in layers: defaults, file, environment, command line', () => {
    const path = writeConfig(
      'listen = "127.0.0.1:1"\ndrain_s = 7\n[[upstream]]\nurl = "http://file:1"\nengine = "vllm"\n',
    )
    const env = { ORCH_LISTEN: '127.0.0.1:2', ORCH_UPSTREAM: 'http://a:1, http://b:2' }
    const upstreams = (overrides?: ConfigRequest['overrides']) =>
      loadConfig({ path, env, overrides }).config.upstream.map(({ url }) => url)
    expect(loadConfig({ path, env: {} }).config.upstream).toMatchObject([
      { url: 'http://file:1', engine: 'vllm', models: ['*'] },
    ])
    expect(loadConfig({ path, env }).config).toMatchObject({ listen: '127.0.0.1:2', drain_s: 7, flush_s: 5 })
    expect(upstreams()).toEqual(['http://a:1', 'http://b:2'])
    expect(upstreams({ upstream: [{ url: 'http://c:3' }] })).toEqual(['http://c:3'])
    expect(loadConfig({ path, env, overrides: { listen: '127.0.0.1:3' } }).config.listen).toBe('127.0.0.1:3')
    expect(loadConfig({ path, env, overrides: { listen: undefined } }).config.listen).toBe('127.0.0.1:2')
  })

  it('keep the other keys of a table that the environment or the command line touches', () => {
    const path = writeConfig('[telemetry.http]\nurl = "https://a.example/v1"\nbatch_samples = 7\n')
    const { http } = loadConfig({ path, env: { ORCH_HTTP_URL: 'https://b.example/v1' } }).config.telemetry
    expect(http).toMatchObject({ url: 'https://b.example/v1', batch_samples: 7, form: 'export' })
  })

  it('name the variable of a token, and never hold the token', () => {
    const env = { ORCH_HTTP_URL: 'https://a.example/v1', ORCH_HTTP_TOKEN: 'secret' }
    const { config } = loadConfig({ env: { ...env, XDG_CONFIG_HOME: makeFolder() } })
    expect(config.telemetry.http?.token_env).toBe('ORCH_HTTP_TOKEN')
    expect(JSON.stringify(config)).not.toContain('secret')
    const path = writeConfig('[telemetry.http]\nurl = "https://a.example/v1"\ntoken_file = "/run/token"\n')
    expect(loadConfig({ path, env }).config.telemetry.http).toMatchObject({ token_file: '/run/token' })
    expect(loadConfig({ path, env }).config.telemetry.http?.token_env).toBeUndefined()
  })

  it('refuse a token that another host would get unencrypted, unless told', () => {
    const load = (url: string, more = '') =>
      loadConfig({ path: writeConfig(`[telemetry.http]\nurl = "${url}"\ntoken_file = "/run/token"\n${more}`), env: {} })
    expect(() => load('http://collector.example/v1')).toThrow(
      'telemetry.http.url: expected https:// or this host, because a token goes there (token_over_http = true sends it unencrypted), found "http://collector.example/v1".',
    )
    for (const url of [
      'https://collector.example/v1',
      'http://127.0.0.1:9/v1',
      'http://localhost:9/v1',
      'http://[::1]:9/v1',
    ])
      expect(load(url).config.telemetry.http?.url).toBe(url)
    expect(load('http://collector.example/v1', 'token_over_http = true\n').config.telemetry.http).toBeDefined()
    const path = writeConfig('[telemetry.http]\nurl = "http://user:secret@collector.example/v1"\n')
    expect(() => loadConfig({ path, env: {} })).toThrow('expected https:// or this host')
  })
})

describe('paths', () => {
  it('begin at the folder of the file, at home, or at the working folder', () => {
    const path = writeConfig('[telemetry.buffer]\ndir = "buffer"\n[telemetry.jsonl]\npath = "~/samples.jsonl"\n')
    const { buffer, jsonl } = loadConfig({ path, env: { HOME: '/home/op' } }).config.telemetry
    const listed = writeConfig(
      '[[upstream]]\nurl = "http://a:1"\napi_key_file = "key"\n[[upstream]]\nurl = "http://b:2"\n',
    )
    const [first, second] = loadConfig({ path: listed, env: {} }).config.upstream
    expect(first!.api_key_file).toBe(join(listed, '..', 'key'))
    expect(second!.api_key_file).toBeUndefined()
    expect(buffer.dir).toBe(join(path, '..', 'buffer'))
    expect(jsonl?.path).toBe('/home/op/samples.jsonl')
    const inEnv = loadConfig({ path, env: { ORCH_BUFFER_DIR: 'b', ORCH_JSONL_PATH: '~/j' } }).config.telemetry
    expect(inEnv.buffer.dir).toBe(join(process.cwd(), 'b'))
    expect(inEnv.jsonl?.path).toBe(join(homedir(), 'j'))
  })
})

describe('problems', () => {
  it('name the line, the key, the expectation, the finding and the nearest key, all at once', () => {
    const text = [
      'listen = "8080"',
      'drain = 3',
      '[[upstream]]',
      'url = "localhost:8000"',
      'engine = "vLLM"',
      'model = ["a"]',
      '[[upstream]]',
      'max_queue = -1',
      '[gpu]',
      'name = "a/b"',
      'count = 1.5',
      '[telemetry]',
      'enabled = "yes"',
      '[telemetry.buffer]',
      'max_bytes = 12',
      'max_age_days = 0',
      'dir = ""',
      '[telemetry.http]',
      'url = "https://a.example"',
      'form = "raw"',
      'token = "s3cret"',
    ].join('\n')
    const problems = problemsOf(text)
    expect(problems).toMatchInlineSnapshot(`
      "config.toml:1: listen: expected host:port, for example 127.0.0.1:8080, found "8080".
      config.toml:4: upstream[1].url: expected a URL that begins with http:// or https://, found "localhost:8000".
      config.toml:5: upstream[1].engine: expected a name in lower case of letters, digits and . _ -, for example vllm, found "vLLM".
      config.toml:6: upstream[1].model: expected a key of [upstream[1]], found an unknown one. Did you mean "models"?
      config.toml:7: upstream[2].url: expected text in quotes, found nothing.
      config.toml:8: upstream[2].max_queue: expected a number of at least 0, found -1.
      config.toml:10: gpu.name: expected the name of a GPU as its driver gives it, for example "NVIDIA H100 80GB HBM3", found "a/b".
      config.toml:11: gpu.count: expected a whole number, found 1.5.
      config.toml:13: telemetry.enabled: expected true or false, found "yes".
      config.toml:17: telemetry.buffer.dir: expected text in quotes that is not empty, found "".
      config.toml:15: telemetry.buffer.max_bytes: expected a number of at least 8192, found 12.
      config.toml:16: telemetry.buffer.max_age_days: expected a number above 0, found 0.
      config.toml:20: telemetry.http.form: expected one of "event", "export", found "raw".
      config.toml:21: telemetry.http.token: expected a key of [telemetry.http], found an unknown one. Known: url, form, token_env, token_file, token_over_http, batch_samples, batch_bytes, batch_interval_s, timeout_s, gzip.
      config.toml:2: drain: expected a key of the settings, found an unknown one. Did you mean "drain_s"?"
    `)
    expect(problems).not.toContain('s3cret')
  })

  it.each([
    ['a = = 1\n', 'config.toml:1:5: expected TOML, found invalid value.'],
    ['x = "abc', 'config.toml:1:5: expected TOML, found unfinished string.'],
    ['\n[gpu]\n[gpu]\n', 'config.toml:3:2: expected TOML, found trying to redefine an already defined table or value.'],
  ])('of the TOML itself name line and column, and show them: %j', (text, expected) => {
    const [message, ...shown] = problemsOf(text).split('\n')
    expect(message).toBe(expected)
    expect(shown.join('\n')).toContain('^')
  })

  it('of the environment and the command line name the variable and the command line', () => {
    const env = { ORCH_LISTEN: '127.0.0.1:70000', ORCH_HTTP_URL: 'ftp://a', ORCH_UPSTREAM: 'http://a:1,b:2' }
    expect(problemsOf('', { env, overrides: { drain_s: -1 } })).toMatchInlineSnapshot(`
      "ORCH_LISTEN: listen: expected host:port, for example 127.0.0.1:8080, found "127.0.0.1:70000".
      ORCH_UPSTREAM: upstream[2].url: expected a URL that begins with http:// or https://, found "b:2".
      command line: drain_s: expected a number of at least 0, found -1.
      ORCH_HTTP_URL: telemetry.http.url: expected a URL that begins with http:// or https://, found "ftp://a"."
    `)
  })

  it('of a value in the middle of a file name its line, whatever stands before it', () => {
    const text = '# max_bytes = 1\n[telemetry]\nbuffer = { fsync_ms = 1, dir = """\n/a\n""", max_bytes = 5 }\n'
    expect(problemsOf(text)).toMatchInlineSnapshot(
      `"config.toml:5: telemetry.buffer.max_bytes: expected a number of at least 8192, found 5."`,
    )
  })
})

it('takes nothing from the prototype of an object', () => {
  expect(problemsOf('[__proto__]\nlisten = "127.0.0.1:1"\n')).toContain('__proto__: expected a key of the settings')
})

describe('whatever a file holds', () => {
  const key = fc.constantFrom(
    'listen',
    'upstream',
    'url',
    'gpu',
    'name',
    'telemetry',
    'buffer',
    'dir',
    'http',
    'x',
    '__proto__',
  )
  const value = fc.oneof(
    fc.constantFrom('"text"', '1', '-1', 'true', '[]', '[1, "a"]', '{}', '{ url = 1 }', '2026-11-24', 'nan', 'inf'),
  )
  const line = fc.oneof(
    fc.tuple(key, value).map(([name, text]) => `${name} = ${text}`),
    fc.tuple(key, key).map(([table, inner]) => `[${table}.${inner}]`),
    key.map((table) => `[${table}]`),
    key.map((list) => `[[${list}]]`),
    fc.string(),
  )

  it('it is settings, or an error that says where and what', () => {
    const path = writeConfig('')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        writeFileSync(path, lines.join('\n'))
        try {
          expect(loadConfig({ path, env: {} }).path).toBe(path)
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error
          for (const problem of error.problems)
            expect(problem).toMatch(/^\/.*config\.toml(:\d+)*: .*expected .*, found /s)
        }
      }),
      { numRuns: 500 },
    )
  })
})
