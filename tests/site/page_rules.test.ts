import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../site/lib/csp.ts'
import { joinBase } from '../../site/lib/href.ts'

test('addresses carry the sub-path, with or without its slash', () => {
  expect(joinBase('/', 'models/')).toBe('/models/')
  expect(joinBase('/matrix/', 'models/')).toBe('/matrix/models/')
  expect(joinBase('/matrix', '')).toBe('/matrix/')
})

test('the policy allows nothing from elsewhere and nothing inline', () => {
  const policy = contentSecurityPolicy()
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/)
})

test('only a page with the SQL engine may compile WebAssembly', () => {
  expect(contentSecurityPolicy()).not.toContain('wasm')
  expect(contentSecurityPolicy({ engine: true })).toMatch(/script-src 'self' 'wasm-unsafe-eval'; worker-src blob:/)
})
