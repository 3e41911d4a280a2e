import { Findings } from './findings.ts'
import type { InputDocument, Problem } from './types.ts'

/** The JSON values of a file. */
export interface Documents {
  documents: InputDocument[]
  problems: Problem[]
}

/**
 * Reads the forms in which the tools write: one JSON value, a JSON array of values, or one value a line. Lines are
 * counted from 1. A value that cannot be parsed (a run that was killed, a log line in between) is reported, the others
 * are read.
 *
 * @param produce how the tool writes such a file, for the message
 */
export function readDocuments(file: string, bytes: Uint8Array, produce: string): Documents {
  const findings = new Findings()
  const text = decodeText(file, bytes, findings)
  if (text === undefined) return { documents: [], problems: findings.problems }
  const chunks = splitValues(text)
  const documents = chunks.flatMap(({ line, source }) => {
    const value = parseJson(source)
    if (value !== NOT_JSON) return [{ file, line, value }]
    findings.reject({ file, line }, 0, {
      field: 'row',
      expected: 'a JSON value',
      found: describeSource(source),
      fix: produce,
    })
    return []
  })
  if (chunks.length === 0) {
    findings.reject({ file, line: 1 }, 0, { field: 'file', expected: 'results', found: 'an empty file', fix: produce })
  }
  return { documents, problems: findings.problems }
}

interface Chunk {
  line: number
  source: string
}

const NOT_JSON = Symbol('not JSON')

/** UTF-8, or UTF-16 with its mark, which is what a redirection in Windows PowerShell writes. */
function decodeText(file: string, bytes: Uint8Array, findings: Findings): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    const fix = 'save the output of the tool as UTF-8'
    findings.reject({ file, line: 1 }, 0, { field: 'file', expected: 'UTF-8 text', found: 'other bytes', fix })
    return undefined
  }
}

/** Cuts a file into the sources of its values. */
function splitValues(text: string): Chunk[] {
  if (text.trimStart().startsWith('[')) return splitArray(text)
  const lines = text
    .split('\n')
    .map((source, index) => ({ line: index + 1, source: source.trim() }))
    .filter(({ source }) => source !== '')
  const [first] = lines
  if (first === undefined || lines.length === 1 || parseJson(first.source) !== NOT_JSON) return lines
  return parseJson(text) === NOT_JSON ? lines : [{ line: first.line, source: text }]
}

/** Cuts an array into its elements without parsing the whole, so that an array that breaks off still gives its elements. */
function splitArray(text: string): Chunk[] {
  const chunks: Chunk[] = []
  const open = text.indexOf('[')
  let line = 1 + countNewlines(text, 0, open)
  let at = open + 1
  while (at < text.length) {
    const start = skipSeparators(text, at)
    line += countNewlines(text, at, start)
    if (start >= text.length || text[start] === ']') break
    const end = endOfElement(text, start)
    chunks.push({ line, source: text.slice(start, end).trim() })
    line += countNewlines(text, start, end)
    at = end
  }
  return chunks
}

function skipSeparators(text: string, from: number): number {
  let at = from
  while (at < text.length && /[\s,]/.test(text[at]!)) at++
  return at
}

/** The index after the element that begins at `from`: after its closing bracket, or before the comma that follows a plain value. */
function endOfElement(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at)
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (char === ',' && depth === 0) return at
  }
  return text.length
}

/** The index of the quote that closes the string opened at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Parses JSON as Python writes it: NaN and ±Infinity, which JSON lacks, become null (SGLang's default request rate is Infinity). */
function parseJson(source: string): unknown {
  for (const text of [source, () => withoutNonFinite(source)]) {
    try {
      return JSON.parse(typeof text === 'string' ? text : text())
    } catch {}
  }
  return NOT_JSON
}

function withoutNonFinite(source: string): string {
  return source.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gs, (match) =>
    match[0] === '"' ? match : 'null',
  )
}

/** Describes a line without quoting it, as it may hold generated text. */
function describeSource(source: string): string {
  return /^[{[]/.test(source) ? 'a value that breaks off or is damaged' : 'text that is not JSON'
}
