import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeQuery, encodeQuery, explorePath } from '../../../site/lib/explore/permalink.ts'

describe('a link to a query', () => {
  test('is a path below the root, in characters that need no encoding', () => {
    expect(explorePath('SELECT 1')).toBe('explore/#q=U0VMRUNUIDE')
  })

  test('carries any text there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (sql) => {
        const fragment = encodeQuery(sql)
        expect(fragment).toMatch(/^q=[\w-]*$/)
        expect(decodeQuery(`#${fragment}`)).toBe(sql === '' ? null : sql)
      }),
    )
  })

  test('carries a query of 100,000 characters', () => {
    const sql = `SELECT '${'é'.repeat(100_000)}'`
    expect(decodeQuery(encodeQuery(sql))).toBe(sql)
  })

  test('is still read in its older form', () => {
    expect(decodeQuery('#sql=SELECT%201%20%2B%201%20AS%20%22a%20%26%20b%22')).toBe('SELECT 1 + 1 AS "a & b"')
  })

  test.each(['', '#', '#files', '#q=', '#q=%%%', '#q=_w', '#x=U0VMRUNUIDE'])('%j carries none', (fragment) => {
    expect(decodeQuery(fragment)).toBeNull()
  })
})
