import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProblem, judgeLine, type LineContract, TelemetryEvent } from '../../contracts/index.ts'

/** The sample of the requirements, to the letter. */
const SAMPLE =
  '{"ts":"2025-09-27T12:00:00Z","tenant_id":"anon","job_id":"uuid","model_ref":"hf:org/repo","engine":"vllm","engine_version":"0.5.2","gpu_name":"NVIDIA A100-SXM4-40GB","vram_total_mb":40536,"vram_used_mb_peak":18234,"tokens_in":1024,"tokens_out":2048,"first_token_ms":420,"decode_time_ms":9876,"exit":"ok"}'

function problems(line: string, contract: LineContract = 'telemetry_event'): string[] {
  const judgement = judgeLine(contract, line)
  return judgement.verdict === 'accepted'
    ? []
    : judgement.problems.map((problem) => formatProblem('a.jsonl', 7, problem))
}

describe('a telemetry event', () => {
  test('may be the sample of the requirements as it stands', () => {
    expect(TelemetryEvent.safeParse(JSON.parse(SAMPLE)).success).toBe(true)
    expect(problems(SAMPLE)).toEqual([])
  })

  test('is no export before it is anonymised', () => {
    expect(problems(SAMPLE, 'anonymized_export')).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:7: $.ts: expected a string that matches /^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T00:00:00Z$/, found "2025-09-27T12:00:00Z". Fix: write the day as YYYY-MM-DDT00:00:00Z; \`orch telemetry export\` does.",
        "a.jsonl:7:58: $.job_id: expected a string that matches /^[0-9a-f]{16,64}$/, found "uuid". Fix: write an opaque hexadecimal id; \`orch telemetry export\` does.",
      ]
    `)
  })
})

describe('a rejection says where, what was expected, what was found and how to mend it', () => {
  test('unknown key', () => {
    expect(problems(SAMPLE.replace('"exit"', '"prompt":"tell me","exit"'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:293: $.prompt: expected only keys of the contract, found an unknown key. Fix: remove the key; the contract holds metadata and timings, never text of prompts or answers.",
      ]
    `)
  })
  test('path as a model', () => {
    expect(problems(SAMPLE.replace('hf:org/repo', '/home/ada/llama.gguf'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:77: $.model_ref: expected a string that matches /^(hf:[A-Za-z0-9][A-Za-z0-9._-]{0,95}\\/[A-Za-z0-9][A-Za-z0-9._-]{0,95}(\\/[A-Za-z0-9][A-Za-z0-9._-]{0,127})?|[A-Za-z0-9][A-Za-z0-9._:+-]{0,127})$/, found "/home/ada/llama.gguf". Fix: name the model as hf:org/repo or by its bare name, without folders.",
      ]
    `)
  })
  test('control and bidirectional characters', () => {
    expect(problems(SAMPLE.replace('"vllm"', '"v\\u0007\\u202ellm"'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:100: $.engine: expected a string that matches /^[a-z0-9][a-z0-9._-]{0,31}$/, found "v\\u0007\\u202ellm". Fix: write the value in the form of the contract.",
      ]
    `)
  })
  test('a line that is nested without end', () => {
    for (const piece of ['[', '{"a":'])
      expect(problems(piece.repeat(8190 / piece.length))).toEqual([expect.stringContaining('$: expected valid JSON')])
  })
  test('NaN', () => {
    expect(problems(SAMPLE.replace(':420', ':NaN'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:267: $: expected a finite number, found NaN. Fix: JSON has no such number: leave the sample out, or write null where the contract allows it.",
      ]
    `)
  })
  test('negative', () => {
    expect(problems(SAMPLE.replace(':420', ':-420'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:267: $.first_token_ms: expected a number of at least 0 or null, found -420. Fix: check the unit and the measurement.",
      ]
    `)
  })
  test('absurd magnitude', () => {
    expect(problems(SAMPLE.replace(':2048', ':2e15'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:245: $.tokens_out: expected a number of at most 100000000, found 2000000000000000. Fix: check the unit and the measurement.",
      ]
    `)
  })
  test('wrong type', () => {
    expect(problems(SAMPLE.replace(':1024', ':"1024"'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:227: $.tokens_in: expected a number, found "1024". Fix: write the value in the type of the contract.",
      ]
    `)
  })
  test('duplicate key', () => {
    expect(problems(SAMPLE.replace('"exit":"ok"', '"exit":"ok","exit":"ok"'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:305: $.exit: expected each key once, found the key again. Fix: write the key once.",
      ]
    `)
  })
  test.each([
    ['with other values', SAMPLE.replace('"engine":"vllm"', '"engine":"vllm","engine":"sglang"')],
    ['that is no number', SAMPLE.replace(':1024', ':1024,"tokens_in":"x"')],
    ['written with an escape', SAMPLE.replace('"exit":"ok"', '"ex\\u0069t":"ok","exit":"ok"')],
  ])('duplicate key %s', (_, line) => {
    expect(problems(line).some((text) => text.includes('the key again'))).toBe(true)
  })
  test('missing key', () => {
    expect(problems(SAMPLE.replace('"engine":"vllm",', ''))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:1: $.engine: expected a string, found no such key. Fix: add the key, as null only where the contract allows it.",
      ]
    `)
  })
  test('cut line', () => {
    expect(problems(SAMPLE.slice(0, 40))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:41: $: expected valid JSON, found the end of the line. Fix: write one complete JSON object on each line.",
      ]
    `)
  })
  test('no time although it ended well', () => {
    expect(problems(SAMPLE.replace(':9876', ':null'))).toMatchInlineSnapshot(`
      [
        "a.jsonl:7:288: $.decode_time_ms: expected a number where exit is "ok", found null with exit "ok". Fix: record the time from first to last token (0 for a single token), or the exit that the task really had.",
      ]
    `)
  })
  test('several at once, all of them, in the order of the line', () => {
    expect(
      problems(SAMPLE.replace('"vllm"', '"VLLM"').replace('"ok"', '"fine"')).map((text) =>
        text.split(':').slice(2, 4).join(':'),
      ),
    ).toEqual([`${SAMPLE.indexOf('"vllm"') + 1}: $.engine`, `${SAMPLE.indexOf('"ok"') + 1}: $.exit`])
  })
})

describe('any text', () => {
  test('is judged without failing, and every problem is one line that fits a terminal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({ unit: 'binary' }).map((text) => SAMPLE.replace('vllm', text)),
        ),
        (text) => {
          for (const problem of problems(text)) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
            expect(problem).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
            expect(problem.length).toBeLessThan(800)
          }
        },
      ),
      { numRuns: 2000, seed: 1 },
    )
  })
})
