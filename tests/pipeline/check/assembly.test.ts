import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMPILED, compile } from '../../../pipeline/scan/assembly/compile.ts'

test('the committed module is what its source compiles to', { timeout: 60_000 }, async () => {
  expect(Buffer.from(await compile()).equals(readFileSync(COMPILED)), 'run: npm run generate').toBe(true)
})
