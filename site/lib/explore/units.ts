import type { SchemaTable } from './schema.ts'

/** Units by the name endings that the example queries use. */
const ENDINGS: [RegExp, string][] = [
  [/(^|_)tok_s$/, 'tok/s'],
  [/_ms$/, 'ms'],
  [/_gb$/, 'GB'],
  [/_percent$/, '%'],
  [/^usd_/, 'USD'],
]

/** The unit of a result column: that of the published column of the same name, else by its ending; empty if unknown. */
export function createUnits(tables: readonly SchemaTable[]): (name: string) => string {
  const known = new Map(tables.flatMap(({ columns }) => columns.map(({ name, unit }) => [name, unit] as const)))
  return (name) => known.get(name) ?? ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? ''
}
