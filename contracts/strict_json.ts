import { syntaxErrorOffset } from './json_syntax.ts'
import type { Problem } from './problem.ts'
import { showName, showValue } from './show.ts'

/** A line that is one JSON object, with the places of its keys. Columns count characters from 1. */
export interface ParsedLine {
  ok: true
  value: unknown
  /** Where each key of the object and its value begin. */
  columns: Map<string, { key: number; value: number }>
  /** Keys that occur again, at their second place. */
  duplicates: { name: string; column: number }[]
}

/** Parses a line as one JSON object. Unlike JSON.parse it sees duplicate keys and says where things are. */
export function parseLine(line: string): ParsedLine | { ok: false; problem: Problem } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { ok: false, problem: syntaxProblem(line, syntaxErrorOffset(line)) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: notAnObject(value) }
  }
  return { ok: true, value, ...locateKeys(line) }
}

/** Finds the keys of the outermost object of a text that is known to be valid JSON. */
function locateKeys(line: string): Pick<ParsedLine, 'columns' | 'duplicates'> {
  const columns: ParsedLine['columns'] = new Map()
  const duplicates: ParsedLine['duplicates'] = []
  let depth = 0
  for (let i = 0; i < line.length; i++) {
    const character = line[i]
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    else if (character === '"') {
      const end = endOfString(line, i)
      const colon = skipBlanks(line, end)
      if (depth === 1 && line[colon] === ':') {
        const name = JSON.parse(line.slice(i, end)) as string
        const place = { key: i + 1, value: skipBlanks(line, colon + 1) + 1 }
        if (columns.has(name)) duplicates.push({ name, column: place.key })
        else columns.set(name, place)
      }
      i = end - 1
    }
  }
  return { columns, duplicates }
}

function endOfString(line: string, start: number): number {
  let i = start + 1
  while (line[i] !== '"') i += line[i] === '\\' ? 2 : 1
  return i + 1
}

function skipBlanks(line: string, start: number): number {
  let i = start
  while (line[i] === ' ' || line[i] === '\t') i++
  return i
}

function notAnObject(value: unknown): Problem {
  return {
    column: 1,
    path: '$',
    expected: 'a JSON object',
    found: showValue(value),
    fix: 'write one sample as one object on each line',
  }
}

function syntaxProblem(line: string, offset: number): Problem {
  const base = { column: offset + 1, path: '$' }
  const number = /^-?(NaN|Infinity)/i.exec(line.slice(offset))?.[0]
  if (number !== undefined) {
    const fix = 'JSON has no such number: leave the sample out, or write null where the contract allows it'
    return { ...base, expected: 'a finite number', found: number, fix }
  }
  const found = offset >= line.length ? 'the end of the line' : showName(line.slice(offset, offset + 20))
  return { ...base, expected: 'valid JSON', found, fix: 'write one complete JSON object on each line' }
}
