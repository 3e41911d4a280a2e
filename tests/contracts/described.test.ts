import { expect, test } from 'vitest'
import { generateSchemas } from '../../contracts/generate.ts'

interface Schema {
  title?: string
  description?: string
  unit?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

/** Every field of a schema with its path, into objects and arrays. */
function* fields(schema: Schema, path: string): Generator<[string, Schema]> {
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    yield [`${path}.${key}`, field]
    yield* fields(field, `${path}.${key}`)
    if (field.items) yield* fields(field.items, `${path}.${key}[]`)
  }
}

/** What a field says of itself: on it, or on the branch that is not null. */
function says(field: Schema, word: 'title' | 'description' | 'unit'): boolean {
  return [field, ...(field.anyOf ?? [])].some((branch) => typeof branch[word] === 'string')
}

const isNumber = (field: Schema) =>
  [field, ...(field.anyOf ?? [])].some(({ type }) => type === 'number' || type === 'integer')

const all = [...generateSchemas()].flatMap(([name, text]) => [
  ...fields(JSON.parse(text), name.replace('.schema.json', '')),
])

test('every field of every contract has a title and a description', () => {
  expect(all.length).toBeGreaterThan(250)
  expect(all.filter(([, field]) => !says(field, 'title') || !says(field, 'description')).map(([path]) => path)).toEqual(
    [],
  )
})

test('every number says its unit, but for versions and years', () => {
  const bare = all.filter(([, field]) => isNumber(field) && !says(field, 'unit')).map(([path]) => path)
  expect(bare.filter((path) => !/schema_version|released/.test(path))).toEqual([])
})
