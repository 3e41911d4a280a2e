import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { llamaBenchRow, toJsonl } from '../support/llama_bench_rows.ts'
import { makeFolder, parseLines, runOrch } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'

const GOOD = toJsonl([llamaBenchRow({ n_prompt: 512 }), llamaBenchRow({ n_gen: 128, samples_ns: [2e9] })])

function makeInput(): string {
  const cwd = makeFolder()
  writeFileSync(join(cwd, 'good.jsonl'), GOOD)
  return cwd
}

describe('--out', () => {
  it('writes the file whole, leaves nothing beside it and standard output empty', () => {
    const cwd = makeInput()
    const { status, stdout } = runOrch(['import', 'llama-bench', 'good.jsonl', '--out', 'out.jsonl'], { cwd })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(parseLines(readFileSync(join(cwd, 'out.jsonl'), 'utf8'))).toHaveLength(1)
    expect(readdirSync(cwd).sort()).toEqual(['good.jsonl', 'out.jsonl'])
  })

  it('overwrites only with --force', async () => {
    const cwd = makeInput()
    writeFileSync(join(cwd, 'out.jsonl'), 'mine')
    const args = ['import', 'llama-bench', 'good.jsonl', '--out', 'out.jsonl']
    const refused = await callOrch(args, { cwd })
    expect(refused.code).toBe(2)
    expect(refused.error).toMatchInlineSnapshot(`
      "--out: out.jsonl exists. Choose another name, or pass --force to overwrite it.
      "
    `)
    expect(readFileSync(join(cwd, 'out.jsonl'), 'utf8')).toBe('mine')
    expect((await callOrch([...args, '--force'], { cwd })).code).toBe(0)
    expect(parseLines(readFileSync(join(cwd, 'out.jsonl'), 'utf8'))).toHaveLength(1)
  })

  it('needs its folder', async () => {
    const { code, error } = await callOrch(['import', 'llama-bench', 'good.jsonl', '--out', 'a/b.jsonl'], {
      cwd: makeInput(),
    })
    expect(code).toBe(2)
    expect(error).toMatchInlineSnapshot(`
      "--out: the folder a does not exist. Create it first.
      "
    `)
  })

  it('writes no file if nothing was converted', async () => {
    const cwd = makeInput()
    writeFileSync(join(cwd, 'bad.jsonl'), 'null\n')
    const { code } = await callOrch(['import', 'llama-bench', 'bad.jsonl', '--out', 'out.jsonl'], { cwd })
    expect(code).toBe(1)
    expect(readdirSync(cwd)).not.toContain('out.jsonl')
  })
})

describe('files', () => {
  it('reads standard input', () => {
    const { status, stdout } = runOrch(['import', 'llama-bench', '-'], { input: GOOD })
    expect(status).toBe(0)
    expect(parseLines(stdout)).toHaveLength(1)
  })

  it('reads the others if one cannot be read, and fails', async () => {
    const { code, out, error } = await callOrch(['import', 'llama-bench', 'gone.jsonl', 'good.jsonl'], {
      cwd: makeInput(),
    })
    expect(code).toBe(1)
    expect(parseLines(out)).toHaveLength(1)
    expect(error).toMatchInlineSnapshot(`
      "orch import: 2 files
        read           2 repetitions
        converted      2 repetitions to 1 sample
        not converted  0 repetitions and 1 row without any

      file        format       model        precision  GPU                                              engine           samples  runs
      good.jsonl  llama-bench  gpt-oss-20b  mxfp4      AMD Radeon 8060S (Ryzen AI MAX+ 395 Strix Halo)  llama.cpp b6097        1     0

      invalid: file: expected a file, found nothing; check the path (1 row)
        gone.jsonl:1
      "
    `)
  })
})
