import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FILE_LINES, FILE_PROBLEMS } from '../../../contracts/index.ts'
import { main as validateInRepository } from '../../../pipeline/validate.ts'
import { FORMATS } from '../../../telemetry/import/formats/index.ts'
import { readFiles } from '../../../telemetry/import/import_files.ts'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'

const OBJECTS = '{}\n'.repeat(FILE_LINES + 1)
const BLANK = '\n'.repeat(FILE_LINES + 1)
const RESULTS = toJsonl([llamaBenchRow({ n_prompt: 512 }), llamaBenchRow({ n_gen: 128, samples_ns: [2e9] })])

async function call(command: string, content: string, name = 'a.jsonl.gz') {
  const cwd = makeFolder()
  writeFileSync(join(cwd, name), gzipSync(content))
  return callOrch([command, name], { cwd })
}

/** What `npm run validate` prints. */
async function callPipeline(content: string): Promise<{ code: number; out: string }> {
  const path = join(makeFolder(), 'a.jsonl.gz')
  writeFileSync(path, gzipSync(content))
  const lines: string[] = []
  const { log } = console
  console.log = (line: string) => lines.push(line.replace(path, 'a.jsonl.gz'))
  try {
    return { code: await validateInRepository([path]), out: `${lines.join('\n')}\n` }
  } finally {
    console.log = log
  }
}

describe.each([
  ['orch validate', (content: string) => call('validate', content)],
  ['npm run validate', callPipeline],
])('%s', (_, validate) => {
  it('reads no further after many rejected lines, and lists the first problems', async () => {
    const { code, out } = await validate(OBJECTS)
    const lines = out.trim().split('\n')
    expect({ code, lines: lines.length }).toEqual({ code: 1, lines: FILE_PROBLEMS + 2 })
    expect(lines.at(-2)).toMatch(
      /^a\.jsonl\.gz:1000:1: \$: expected fewer than 1,000 rejected lines, found 1,000; the rest of the file is not read; [\d,]+ more problems/,
    )
    expect(lines.at(-1)).toContain('1 file, 1,000 lines: 0 accepted, 1,000 rejected')
  })

  it('reads no further than so many lines, blank or not', async () => {
    const { code, out } = await validate(BLANK)
    expect(code).toBe(1)
    expect(out).toMatch(
      /^a\.jsonl\.gz:2000001:1: \$: expected at most 2,000,000 lines, blank ones included, found more/,
    )
  })
})

describe('orch import', () => {
  it('refuses a file of too many lines before it makes anything of them', async () => {
    const { code, error } = await call('import', OBJECTS)
    expect(code).toBe(1)
    expect(error).toContain('expected at most 2,000,000 lines, found more; split the file')
  })

  it('gives up on values of which none ends, and keeps what stood before them', () => {
    const bytes = Buffer.from(`${RESULTS}${'{"a":\n'.repeat(200_000)}`)
    const { drafts, problems } = readFiles([{ name: 'a', bytes }], FORMATS, {})
    expect(drafts).toHaveLength(1)
    expect(problems.at(-1)!.reason).toContain('expected a whole JSON value')
    expect(problems.length).toBeLessThan(1000)
  })

  it('counts what is no result of a benchmark beyond the first thousand', () => {
    const bytes = Buffer.from(`${RESULTS}${'{"a":1}\n'.repeat(5000)}`)
    const { drafts, problems } = readFiles([{ name: 'a', bytes }], FORMATS, {})
    expect(drafts).toHaveLength(1)
    expect(problems).toHaveLength(FILE_PROBLEMS + 1)
    expect(problems.at(-1)!.reason).toBe('4,000 more values that are no result of a benchmark')
  })

  it('reads a long log without a pass over it for each line', () => {
    const bytes = Buffer.from('a,b,c\na,b,c,d\n'.repeat(100_000) + RESULTS)
    expect(readFiles([{ name: 'a', bytes }], FORMATS, {}).drafts).toHaveLength(1)
  })
})

it.each(['validate', 'import'])('orch %s shows the name of a file as text only', async (command) => {
  const { out, error } = await call(command, '{}\n', 'a\u001b[2J.jsonl.gz')
  expect(out + error).not.toContain('\u001b')
  expect(out + error).toContain('"a\\u001b[2J.jsonl.gz"')
})
