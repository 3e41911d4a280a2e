import { z } from 'zod'

/** A schema without its optional and default wrappers. */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap() as z.ZodType
  }
  return inner
}

/** The keys that a table of the settings may have; empty if the path does not lead to a table. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const table = path.reduce<z.ZodType | undefined>((at, key) => step(at, key), schema)
  const inner = table && unwrapSchema(table)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

/** Every key of the settings as `a.b.c`, tables of lists as `upstream[].url`. */
export function listKeys(schema: z.ZodType, prefix = ''): string[] {
  const inner = unwrapSchema(schema)
  if (inner instanceof z.ZodArray && isTable(inner.element as z.ZodType)) {
    return listKeys(inner.element as z.ZodType, `${prefix}[]`)
  }
  if (!(inner instanceof z.ZodObject)) return [prefix]
  return Object.entries(inner.shape).flatMap(([key, value]) =>
    listKeys(value as z.ZodType, prefix === '' ? key : `${prefix}.${key}`),
  )
}

function step(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  const inner = schema && unwrapSchema(schema)
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType
  return inner instanceof z.ZodObject ? (inner.shape[key as string] as z.ZodType | undefined) : undefined
}

function isTable(schema: z.ZodType): boolean {
  return unwrapSchema(schema) instanceof z.ZodObject
}
