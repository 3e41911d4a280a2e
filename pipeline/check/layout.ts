import { closeSync, openSync, readSync } from 'node:fs'
import { LINE_BYTES, parseLine } from '../../contracts/index.ts'
import type { LineForm } from './line_form.ts'

/**
 * How the lines of a file are written: the text before each value (`{"ts":`, `"job_id":` …), in the order of the file, up to the last
 * required key. Programs write every line alike, so the first line tells; a line that differs is looked at one by one.
 */
export interface Layout {
  members: { key: string; prefix: string }[]
  /** What stands between a comma and a key, and between a key and its value: `''` or a blank. */
  beforeKey: string
  beforeValue: string
}

/** The layout of the first line of a file; the contract's own where that line is not one that the scan can take apart. */
export function readLayout(path: string, form: LineForm): Layout {
  return layoutOf(readFirstLine(path), form) ?? canonicalLayout(form)
}

/** The order and spacing in which our own tools write. */
export function canonicalLayout(form: LineForm): Layout {
  const members = form.required.map(({ key }, i) => ({ key, prefix: `${i === 0 ? '{' : ''}"${key}":` }))
  return { members, beforeKey: '', beforeValue: '' }
}

function layoutOf(line: string, form: LineForm): Layout | null {
  const parsed = parseLine(line)
  if (!parsed.ok || parsed.duplicates.length > 0) return null
  const required = new Set(form.required.map(({ key }) => key))
  const members = line.split(',').map(splitMember)
  const last = members.findLastIndex((member) => member !== null && required.has(member.key))
  const head = members.slice(0, last + 1)
  if (head.some((member) => member === null)) return null
  const keys = (head as Layout['members']).map(({ key }) => key)
  return isScannable(keys, form) ? { members: head as Layout['members'], ...spacing(head as Layout['members']) } : null
}

function splitMember(text: string): { key: string; prefix: string } | null {
  const match = /^\{?[ ]?"([a-z_]+)"[ ]?:[ ]?/.exec(text)
  return match ? { key: match[1]!, prefix: match[0] } : null
}

/** All required keys once, no optional measurement among them, and a dictionary member at the end (it may carry the brace). */
function isScannable(keys: string[], form: LineForm): boolean {
  const dictionary = new Set(
    [...form.required, ...form.optional].filter(({ role }) => role === 'dictionary').map(({ key }) => key),
  )
  const required = form.required.map(({ key }) => key)
  const extra = keys.filter((key) => !required.includes(key))
  return (
    required.every((key) => keys.includes(key)) &&
    new Set(keys).size === keys.length &&
    extra.every((key) => dictionary.has(key)) &&
    dictionary.has(keys.at(-1)!)
  )
}

function spacing(members: Layout['members']): Pick<Layout, 'beforeKey' | 'beforeValue'> {
  const { key, prefix } = members[1]!
  const [beforeKey, beforeValue] = prefix.split(`"${key}":`) as [string, string | undefined]
  return { beforeKey, beforeValue: beforeValue ?? '' }
}

function readFirstLine(path: string): string {
  const buffer = Buffer.alloc(LINE_BYTES * 2)
  const descriptor = openSync(path, 'r')
  try {
    const bytes = readSync(descriptor, buffer, 0, buffer.length, 0)
    return buffer
      .toString('utf8', 0, bytes)
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n|\r/, 1)[0]!
  } finally {
    closeSync(descriptor)
  }
}
