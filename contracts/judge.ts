import { z } from 'zod'
import { BenchmarkRun } from './benchmark_run.ts'
import { LINE_BYTES } from './limits.ts'
import type { Problem } from './problem.ts'
import { showName, showValue } from './show.ts'
import { locateKeys, mayRepeatKey, type ParsedLine, parseObject } from './strict_json.ts'
import { AnonymizedExport, TelemetryEvent } from './telemetry_event.ts'

/** The contracts that a JSONL line can be held against. */
export const LINE_CONTRACTS = {
  telemetry_event: TelemetryEvent,
  anonymized_export: AnonymizedExport,
  benchmark_run: BenchmarkRun,
} as const
export type LineContract = keyof typeof LINE_CONTRACTS

export type Judgement =
  | { verdict: 'accepted'; value: z.infer<(typeof LINE_CONTRACTS)[LineContract]> }
  | { verdict: 'rejected'; problems: Problem[] }

/** Holds one line (without its newline) against a contract. All problems of the line are reported. */
export function judgeLine(contract: LineContract, line: string): Judgement {
  if (line.length > LINE_BYTES) return reject([tooLong(line)])
  const object = parseObject(line)
  if (!object.ok) return reject([object.problem])
  const result = LINE_CONTRACTS[contract].safeParse(object.value)
  const accepted = { verdict: 'accepted', value: result.data as z.infer<typeof AnonymizedExport> } as const
  if (result.success && !mayRepeatKey(line, object.value)) return accepted
  const parsed = { ...object, ...locateKeys(line) }
  const problems = parsed.duplicates.map((key) => duplicateKey(key.name, key.column))
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => describeIssue(contract, issue, parsed)))
  return problems.length > 0 ? reject(problems.sort((a, b) => a.column - b.column)) : accepted
}

function reject(problems: Problem[]): Judgement {
  return { verdict: 'rejected', problems }
}

function tooLong(line: string): Problem {
  return {
    column: LINE_BYTES + 1,
    path: '$',
    expected: `a line of at most ${LINE_BYTES.toLocaleString('en')} characters`,
    found: `${line.length.toLocaleString('en')}`,
    fix: 'put one sample on each line, without text of prompts or answers',
  }
}

function duplicateKey(name: string, column: number): Problem {
  return {
    column,
    path: `$.${showName(name)}`,
    expected: 'each key once',
    found: 'the key again',
    fix: 'write the key once',
  }
}

function describeIssue(contract: LineContract, issue: z.core.$ZodIssue, line: ParsedLine): Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, line))
  const key = issue.path[0] === undefined ? null : String(issue.path[0])
  const value = key === null ? line.value : (line.value as Record<string, unknown>)[key]
  const column = key === null ? 1 : (line.columns.get(key)?.value ?? 1)
  const base = { column, path: key === null ? '$' : `$.${key}` }
  if (value === undefined) return [missingKey(base, expectation(issue))]
  if (issue.code === 'custom') {
    const params = issue.params as { expected: string; found: string; fix: string }
    return [{ ...base, ...params }]
  }
  return [
    {
      ...base,
      expected: `${expectation(issue)}${orNull(contract, key)}`,
      found: showValue(value),
      fix: remedy(key, issue),
    },
  ]
}

function orNull(contract: LineContract, key: string | null): string {
  const shape: Record<string, z.ZodType> = LINE_CONTRACTS[contract].shape
  return key !== null && shape[key] instanceof z.ZodNullable ? ' or null' : ''
}

function unknownKey(key: string, line: ParsedLine): Problem {
  return {
    column: line.columns.get(key)?.key ?? 1,
    path: `$.${showName(key)}`,
    expected: 'only keys of the contract',
    found: 'an unknown key',
    fix: 'remove the key; the contract holds metadata and timings, never text of prompts or answers',
  }
}

function missingKey(base: { column: number; path: string }, expected: string): Problem {
  return { ...base, expected, found: 'no such key', fix: 'add the key, as null only where the contract allows it' }
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected)
    case 'invalid_format':
      return `a string that matches ${issue.pattern ?? issue.format}`
    case 'too_small':
      return `a number of at least ${issue.minimum}`
    case 'too_big':
      return `a number of at most ${issue.maximum}`
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((v) => JSON.stringify(v)).join(', ')}`
    case 'invalid_union':
      return expectationOfUnion(issue)
    default:
      return issue.message
  }
}

function expectationOfUnion(issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>): string {
  const branches = issue.errors.map((errors) => errors[0]).filter((error) => error !== undefined)
  return branches.map(expectation).join(' or ')
}

function article(type: string): string {
  if (type === 'int') return 'a whole number'
  if (type === 'null' || type === 'undefined') return type
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

const REMEDIES: Record<string, string> = {
  ts: 'write the day as YYYY-MM-DDT00:00:00Z; `orch telemetry export` does',
  tenant_id: 'write "anon" or "anon:<hex>"; `orch telemetry export` does',
  job_id: 'write an opaque hexadecimal id; `orch telemetry export` does',
  model_ref: 'name the model as hf:org/repo or by its bare name, without folders',
  gpu_name: 'write the name that the driver reports',
}

function remedy(key: string | null, issue: z.core.$ZodIssue): string {
  const known = key === null ? undefined : REMEDIES[key]
  if (known) return known
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'check the unit and the measurement'
  if (issue.code === 'invalid_type') return 'write the value in the type of the contract'
  return 'write the value in the form of the contract'
}
