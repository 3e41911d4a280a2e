import type { z } from 'zod'
import { explainIssue } from './explain_issue.ts'
import { Findings } from './findings.ts'
import type { Draft, InputDocument, Place, Reading } from './types.ts'

/** Reads documents one by one; what a document gives, and what is found on the way, are put together. */
export function readEach(
  documents: readonly InputDocument[],
  read: (document: InputDocument, findings: Findings) => Draft[],
): Reading {
  const findings = new Findings()
  return toReading(
    documents.flatMap((document) => read(document, findings)),
    findings,
  )
}

/** The reading of drafts and findings: every unit is in a draft or in a problem. */
export function toReading(drafts: Draft[], { problems }: Findings): Reading {
  const units = [...drafts, ...problems].reduce((sum, entry) => sum + entry.units, 0)
  return { drafts, problems, units }
}

export function placeOf({ file, line }: InputDocument): Place {
  return { file, line }
}

/**
 * A document as its schema has it; undefined, with the reason recorded, if it is not what the tool writes.
 *
 * @param units measurements that are lost with it
 */
export function parseDocument<T>(
  schema: z.ZodType<T>,
  document: InputDocument,
  tool: string,
  findings: Findings,
  units = 1,
): T | undefined {
  const parsed = schema.safeParse(document.value)
  if (parsed.success) return parsed.data
  const fix = `pass the unchanged output of ${tool}`
  findings.reject(placeOf(document), units, explainIssue(parsed.error.issues[0]!, document.value, fix))
  return undefined
}

/** Whether a JSON value is an object that has all of these keys. */
export function hasKeys(value: unknown, ...keys: string[]): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && keys.every((key) => key in value)
}

/** A day as the contract has it, from the beginning of a text in the form of ISO 8601 or from seconds since 1970. */
export function dayOf(moment: string | number | null | undefined): string | undefined {
  if (moment === null || moment === undefined) return undefined
  const text = typeof moment === 'number' ? toIso(moment) : moment
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text ?? '')?.[0]
  return day && `${day}T00:00:00Z`
}

function toIso(seconds: number): string | undefined {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** An object without its undefined entries. */
export function defined<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
