import { RESULT_BYTES } from '../../contracts/limits.ts'
import type { Format } from '../import/types.ts'
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
export function formatImportHelp(formats: readonly Format[]): string {
  return `orch import turns the output files of benchmark tools into samples and runs that can be published.

Usage
  orch import FILE… [options]
  orch import <format> FILE… [options]

What a file is, its content tells; <format> only makes sure of it. A FILE may be - for standard input or a folder, and
compressed with gzip or zstd; all together may have ${RESULT_BYTES / 1e6} MB, unpacked. Log lines around the results, several results in a
row and results inside of larger JSON are read.

Formats (orch import <format> --help shows how each field is converted)
${formatList(formats)}

${IMPORT_OPTIONS}
Exit code 0: converted, except for rows that were left out for a reason that the report names; 1: some input was invalid, a
fact is missing that no file gives, or nothing was converted; 2: the command line was wrong.
`
}

/** `orch import <format> --help` */
export function formatFormatHelp(format: Format): string {
  return `Usage
  orch import ${format.name} FILE… [options]

${format.help}

${IMPORT_OPTIONS}`
}

const IMPORT_OPTIONS = `The lines go to standard output as JSON Lines, the report to standard error: what the names of each file became, what was
left out and why, what is missing. On a terminal it asks for what is missing. The lines are made for publication: the day
instead of the time, tokens at 2 significant digits (times scaled along), latencies at 3, in random order, with ids that only
the key on this host could link to a run.

Options
  --gpu NAME             the GPU as its driver names it, for example "NVIDIA H100 80GB HBM3"
  --gpu-count N          how many of them served a request
  --engine NAME          the engine, for example vllm
  --engine-version V     its version
  --model REF            the model: hf:org/repo, hf:org/repo/file or a bare name
  --quantization Q       the precision of the weights, for example Q4_K_M, fp8
  --vram-total-mb N      memory of the GPUs together, in MB
  --date YYYY-MM-DD      the day of the run
  --all-layers           llama-bench: n_gpu_layers below 99 are all layers of the model
  --out FILE             write there instead of to standard output
  --force                overwrite FILE
  --yes                  write names that the catalogue does not know without asking
  --verbose              list every row that was not converted
  --help, -h             this help
`

function formatList(entries: readonly { name: string; summary: string }[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length)) + 3
  return entries.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n')
}
