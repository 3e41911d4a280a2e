import { syntaxErrorOffset } from './json_syntax.ts'
import type { Problem } from './problem.ts'
import { showName, showValue } from './show.ts'

/** Where the keys of a line's object are. Columns count characters from 1. */
export interface KeyPlaces {
  /** Where each key of the object and its value begin. */
  columns: Map<string, { key: number; value: number }>
  /** Keys that occur again, at their second place. */
  duplicates: { name: string; column: number }[]
}

export interface ParsedObject {
  ok: true
  value: object
}

/** A line that is one JSON object, with the places of its keys. */
export type ParsedLine = ParsedObject & KeyPlaces
export type Unparsed = { ok: false; problem: Problem }

/** Parses a line as one JSON object. Unlike JSON.parse it sees duplicate keys and says where things are. */
export function parseLine(line: string): ParsedLine | Unparsed {
  const parsed = parseObject(line)
  return parsed.ok ? { ...parsed, ...locateKeys(line) } : parsed
}

/** Parses a line as one JSON object, as JSON.parse does: of a key that occurs again it sees the last. */
export function parseObject(line: string): ParsedObject | Unparsed {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { ok: false, problem: syntaxProblem(line, syntaxErrorOffset(line)) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: notAnObject(value) }
  }
  return { ok: true, value }
}

/**
 * Whether a line may have a key twice, by the number of its quotes: that of an object of plain values is known. Takes a fifth of the time of
 * locating the keys, and is wrong only where it says yes.
 */
export function mayRepeatKey(line: string, object: object): boolean {
  if (line.includes('\\')) return true
  let strings = 0
  for (const value of Object.values(object)) {
    if (typeof value === 'object' && value !== null) return true
    strings += typeof value === 'string' ? 2 : 1
  }
  let quotes = 0
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) quotes += 1
  return quotes !== 2 * strings
}

/** Finds the keys of the outermost object of a text that is known to be valid JSON. */
export function locateKeys(line: string): KeyPlaces {
  const columns: KeyPlaces['columns'] = new Map()
  const duplicates: KeyPlaces['duplicates'] = []
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
