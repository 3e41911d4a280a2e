import type { SchemaTable } from './schema.ts'

/** Units that the example queries put at the end of a name. */
const ENDINGS: [RegExp, string][] = [
  [/(^|_)tok_s$/, 'tok/s'],
  [/_ms$/, 'ms'],
  [/_gb$/, 'GB'],
  [/_percent$/, '%'],
  [/^usd_/, 'USD'],
]

/** The unit of a column of a result: that of the published column of its name, else what the name ends with; empty where neither tells. */
export function createUnits(tables: readonly SchemaTable[]): (name: string) => string {
  const known = new Map(tables.flatMap(({ columns }) => columns.map(({ name, unit }) => [name, unit] as const)))
  return (name) => known.get(name) ?? ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? ''
}
