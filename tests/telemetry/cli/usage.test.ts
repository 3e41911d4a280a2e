import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runOrch } from '../support/run_orch.ts'
import { callOrch } from './support/call_orch.ts'

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
  bin: Record<string, string>
}

describe('help', () => {
  it.each([
    [['--help'], 'orch <command> [options]'],
    [['import', '--help'], 'llama-bench           llama.cpp: llama-bench -o jsonl'],
    [['import', 'llama-bench', '--help'], 'tokens_out       n_gen'],
    [['import', 'vllm-bench', '-h'], '--save-detailed'],
    [['import', 'sglang-bench', '--help'], '--output-details'],
  ])('orch %j', async (args, text) => {
    const { code, out, error } = await callOrch(args)
    expect(out).toContain(text)
    expect({ code, error }).toEqual({ code: 0, error: '' })
  })

  it('every option of the help is accepted, and every option is in the help', async () => {
    const { out } = await callOrch(['import', 'llama-bench', '--help'])
    const listed = [...out.matchAll(/^ {2}(--[a-z-]+)( [A-Z-]+)?/gm)].map(([, flag, value]) => ({
      flag: flag!,
      value,
    }))
    expect(listed.map(({ flag }) => flag)).toHaveLength(14)
    for (const { flag, value } of listed) {
      const { error } = await callOrch(['import', 'llama-bench', flag, ...(value ? ['x'] : [])])
      expect(error).not.toContain('Unknown option')
    }
  })

  it('orch --version is the version of the package, and the package installs orch', () => {
    expect(runOrch(['--version']).stdout).toBe(`${manifest.version}\n`)
    expect(manifest.bin).toEqual({ orch: './bin/orch.js' })
  })
})

describe('a wrong command line ends with exit code 2 and what to write instead', () => {
  const messageOf = async (...args: string[]) => {
    const { code, out, error } = await callOrch(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return error
  }

  it('in a process of its own too', () => {
    const { status, stdout, stderr } = runOrch(['imprt'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('Did you mean "import"?')
  })

  it('commands and tools', async () => {
    expect(await messageOf('imprt')).toMatchInlineSnapshot(`
      "orch: unknown command "imprt". Did you mean "import"?
      See orch --help
      "
    `)
    expect(await messageOf('frobnicate')).toMatchInlineSnapshot(`
      "orch: unknown command "frobnicate". Known: serve, telemetry, bench, expect, ui, import, validate, share, collect, completions.
      See orch --help
      "
    `)
    expect(await messageOf('import')).toMatchInlineSnapshot(`
      "orch import: name a file.
      See orch import --help
      "
    `)
    expect(await messageOf('import', 'llamabench', 'x')).toMatchInlineSnapshot(`
      "orch import: "llamabench" is neither a file nor a format. Did you mean "llama-bench"?
      See orch import --help
      "
    `)
    expect(await messageOf('import', 'frobnicate', 'x')).toMatchInlineSnapshot(`
      "orch import: "frobnicate" is neither a file nor a format. Known: llama-bench, llama-batched-bench, llama-benchy, llama-server, vllm-bench, sglang-bench, sglang-one-batch, serving-text, trtllm-bench, aiperf, guidellm, llmperf, inferencex, localscore, llmfit, rapid-mlx, ollama, mlx, vllm-latency, vllm-throughput, optimum-benchmark, orch.
      See orch import --help
      "
    `)
    expect(await messageOf('import', 'llama-bench')).toMatchInlineSnapshot(`
      "orch import llama-bench: name a file.
      See orch import llama-bench --help
      "
    `)
  })

  it('options', async () => {
    const llama = ['import', 'llama-bench', 'x']
    expect(await messageOf(...llama, '--gpucount', '2')).toMatchInlineSnapshot(`
      "Unknown option --gpucount. Did you mean "--gpu-count"?
      "
    `)
    expect(await messageOf(...llama, '--gpu-count', '2.5')).toMatchInlineSnapshot(`
      "--gpu-count: expected a whole number from 1 to 4096, found "2.5".
      "
    `)
    expect(await messageOf(...llama, '--vram-total-mb', '24GB')).toMatchInlineSnapshot(`
      "--vram-total-mb: expected a whole number from 0 to 16777216, found "24GB".
      "
    `)
    expect(await messageOf(...llama, '--gpu', '/dev/nvidia0')).toMatchInlineSnapshot(`
      "--gpu: expected a name of at most 64 letters, digits, blanks and ( ) + . , @ _ -, found "/dev/nvidia0".
      "
    `)
    expect(await messageOf(...llama, '--model', '/home/ann/model.gguf')).toMatchInlineSnapshot(`
      "--model: expected hf:org/repo, hf:org/repo/file or a bare name of letters, digits and . _ - + :, never a path, found "/home/ann/model.gguf".
      "
    `)
    expect(await messageOf(...llama, '--engine', 'vLLM')).toMatchInlineSnapshot(`
      "--engine: expected a name in lower case of letters, digits and . _ -, for example vllm, found "vLLM".
      "
    `)
    expect(await messageOf(...llama, '--date', '2026-02-30')).toMatchInlineSnapshot(`
      "--date: expected a day as YYYY-MM-DD, found "2026-02-30".
      "
    `)
  })
})
