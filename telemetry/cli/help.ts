import type { BenchTool } from '../import/types.ts'
import { wrap } from './format.ts'
import type { Command } from './io.ts'
import { HELP_OPTION, type OptionSpecs, type Usage } from './usage.ts'

/** `orch --help` */
export function formatHelp(commands: readonly Command[]): string {
  return `orch measures how fast a model runs on a GPU with an engine, and shares it
only if you agree.

Usage
  orch <command> [options]

Commands
${formatList(commands)}

Options
  --help, -h   help on orch, or on a command: orch import --help
  --version    the version of orch

Exit codes
  0  done
  1  it failed; the reason is on standard error
  2  the command line was wrong
`
}

/** `orch <command> --help` */
export function formatUsage(usage: Usage, subcommands: readonly Command[] = []): string {
  const { lines, text, options, examples = [], exits } = usage
  const sections = [
    wrap(text, HELP_COLUMNS).join('\n'),
    `Usage\n${indent(lines.map((line) => `orch ${line}`))}`,
    subcommands.length > 0 && `Commands\n${formatList(subcommands)}`,
    `Options\n${formatOptions({ ...options, ...HELP_OPTION })}`,
    examples.length > 0 && `Examples\n${indent(examples)}`,
    `Exit codes\n${indent([...exits, EXIT_OF_USAGE].map(([code, meaning]) => `${code}  ${meaning}`))}`,
  ]
  return `${sections.filter((section) => section !== false).join('\n\n')}\n`
}

/** The help has the width of a usual terminal, whatever the width of this one, as it is also read in documents. */
const HELP_COLUMNS = 80

const EXIT_OF_USAGE = [2, 'the command line was wrong'] as const

/** Longest left column of the options; what is longer has its text on the next line. */
const OPTION_COLUMNS = 26

function formatOptions(options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, { short, value, help }]) => ({
    left: `--${name}${short ? `, -${short}` : ''}${value ? ` ${value}` : ''}`,
    help,
  }))
  const fitting = rows.map(({ left }) => left.length).filter((length) => length <= OPTION_COLUMNS)
  const width = Math.max(...fitting) + 3
  return rows.map(({ left, help }) => formatOption(left, wrap(help, HELP_COLUMNS - width - 2), width)).join('\n')
}

function formatOption(left: string, help: readonly string[], width: number): string {
  const below = help.map((line) => `  ${' '.repeat(width)}${line}`)
  if (left.length + 2 > width) return [`  ${left}`, ...below].join('\n')
  return [`  ${left.padEnd(width)}${help[0]}`, ...below.slice(1)].join('\n')
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}

/** `orch import --help` */
export function formatImportHelp(tools: readonly BenchTool[]): string {
  return `orch import turns the output files of a benchmark tool into samples that can be published.

Usage
  orch import <tool> FILE… [options]

Tools (orch import <tool> --help shows how each field is converted)
${formatList(tools)}

${IMPORT_OPTIONS}
Exit code 0: converted, except for rows that were left out for a reason that the help names; 1: some input was invalid, or
nothing was converted; 2: the command line was wrong.
`
}

/** `orch import <tool> --help` */
export function formatToolHelp(tool: BenchTool): string {
  const required = tool.requires.map(({ flag, why }) => `  ${flag}: ${why}\n`).join('')
  return `Usage
  orch import ${tool.name} FILE… [options]

${tool.help}
${required && `\nRequired\n${required}`}
${IMPORT_OPTIONS}`
}

const IMPORT_OPTIONS = `A FILE may be - for standard input. The samples go to standard output as JSON Lines, the report of what was read to standard
error. They are made for publication: the day instead of the time, tokens at 2 significant digits (decode_time_ms scaled along),
latencies at 3, in random order, with ids that only the key on this host could link to a run.

Options
  --gpu NAME             the GPU as its driver names it, for example "NVIDIA H100 80GB HBM3"
  --gpu-count N          how many of them served a request
  --engine NAME          the engine, for example vllm
  --engine-version V     its version
  --model REF            the model: hf:org/repo, hf:org/repo/file or a bare name
  --quantization Q       the weight format, for example Q4_K_M, fp8
  --vram-total-mb N      memory of the GPUs together, in MB
  --date YYYY-MM-DD      the day of the run
  --out FILE             write there instead of to standard output
  --force                overwrite FILE
  --verbose              list every row that was not converted
  --help, -h             this help
`

function formatList(entries: readonly { name: string; summary: string }[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length)) + 3
  return entries.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')
}
