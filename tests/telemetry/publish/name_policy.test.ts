import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesGlob } from '../../../telemetry/match_glob.ts'
import { NamePolicy } from '../../../telemetry/publish/name_policy.ts'

describe('the name under which a model leaves the host', () => {
  const policy = new NamePolicy({ released: ['acme-*', 'hf:acme/*'] })
  const nameOf = (model_ref: string, engine = 'vllm', quantization?: string) => {
    const { model_ref: name, quantization: format } = policy.apply({ model_ref, engine, quantization })
    return format === undefined ? name : `${name} ${format}`
  }

  it.each([
    ['a listed name stays', 'hf:Qwen/Qwen3-8B', 'hf:Qwen/Qwen3-8B'],
    ['whatever the engine is', 'hf:Qwen/Qwen3-8B', 'hf:Qwen/Qwen3-8B', 'an-engine-of-our-own'],
    ['a file of a listed model is the model', 'Qwen3-8B-Q4_K_M', 'hf:Qwen/Qwen3-8B Q4_K_M', 'llama.cpp'],
    ['so is it in the repository of another', 'hf:jane/Qwen3-8B', 'hf:Qwen/Qwen3-8B unknown'],
    ['nor does a listed one under a tag of one’s own', 'qwen3-8b:janes-secret', 'private', 'ollama'],
    ['a name of one’s own does not leave', 'janes-model', 'private'],
    ['nor does a repository of one’s own', 'hf:jane/support-bot', 'private'],
    ['nor a key', 'sk-live-4242', 'private'],
    ['a released name does', 'acme-support', 'acme-support'],
    ['as does a released repository', 'hf:acme/support', 'hf:acme/support'],
    ['no name stays none', 'unknown', 'unknown'],
    ['a withheld one stays withheld', 'private', 'private'],
  ])('%s: %s', (_, model_ref, expected, engine?: string) => {
    expect(nameOf(model_ref, engine)).toBe(expected)
  })
})

describe('a pattern', () => {
  it.each([
    ['*', '', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a.b.c', true],
    ['a*b*c', 'abbc', true],
    ['a*b*c', 'acb', false],
    ['*.*', 'x', false],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, text, expected) => expect(matchesGlob(pattern, text)).toBe(expected))

  it('means what the regular expression means', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
    fc.assert(
      fc.property(word, text, (pattern, name) => {
        expect(matchesGlob(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name))
      }),
    )
  })

  it('takes no longer on a long text', () => {
    const started = performance.now()
    matchesGlob('*a*a*a*a*a*b', 'a'.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
