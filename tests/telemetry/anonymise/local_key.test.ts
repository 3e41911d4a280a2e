import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadLocalKey, localKeyPath } from '../../../telemetry/anonymise/local_key.ts'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, runOrch } from '../support/run_orch.ts'

describe('where the key lies', () => {
  it.each([
    [{ ORCH_KEY_FILE: '/k', XDG_CONFIG_HOME: '/x' }, /^\/k$/],
    [{ XDG_CONFIG_HOME: '/x' }, /^\/x\/orch\/anonymise\.key$/],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, /^\/h\/\.config\/orch\/anonymise\.key$/],
    [{}, /\/\.config\/orch\/anonymise\.key$/],
  ])('%j', (env, expected) => {
    expect(localKeyPath(env)).toMatch(expected)
  })
})

describe('the key', () => {
  it('is created when first needed, for its owner only, and then kept', () => {
    const env = { ORCH_KEY_FILE: join(makeFolder(), 'new', 'key') }
    const key = loadLocalKey(env)
    expect(key).toHaveLength(32)
    expect(statSync(env.ORCH_KEY_FILE).mode & 0o777).toBe(0o600)
    expect(loadLocalKey(env)).toEqual(key)
  })

  it('differs from host to host', () => {
    const make = () => loadLocalKey({ ORCH_KEY_FILE: join(makeFolder(), 'key') }).toString('hex')
    expect(make()).not.toBe(make())
  })

  it('is refused if others can read it', () => {
    const path = join(makeFolder(), 'key')
    loadLocalKey({ ORCH_KEY_FILE: path })
    chmodSync(path, 0o644)
    expect(() => loadLocalKey({ ORCH_KEY_FILE: path })).toThrow(
      `${path}: expected a key that only its owner can read (mode 0600), found mode 0644. Run: chmod 600 ${path}`,
    )
  })

  it('is refused, and not changed, if the file holds something else', () => {
    const path = join(makeFolder(), 'key')
    writeFileSync(path, 'hello', { mode: 0o600 })
    expect(() => loadLocalKey({ ORCH_KEY_FILE: path })).toThrow('expected the local key, 64 hexadecimal digits')
    expect(readFileSync(path, 'utf8')).toBe('hello')
  })
})

describe('orch import', () => {
  it('creates a key only if there are samples', () => {
    const cwd = makeFolder()
    const env = { ORCH_KEY_FILE: undefined, XDG_CONFIG_HOME: cwd }
    writeFileSync(join(cwd, 'none.jsonl'), 'null\n')
    runOrch(['import', 'llama-bench', 'none.jsonl'], { cwd, env })
    expect(existsSync(join(cwd, 'orch'))).toBe(false)
    writeFileSync(join(cwd, 'some.jsonl'), toJsonl([llamaBenchRow({ n_prompt: 512 }), llamaBenchRow({ n_gen: 128 })]))
    runOrch(['import', 'llama-bench', 'some.jsonl'], { cwd, env })
    expect(existsSync(join(cwd, 'orch', 'anonymise.key'))).toBe(true)
  })
})
