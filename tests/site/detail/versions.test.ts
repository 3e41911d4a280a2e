import { expect, test } from 'vitest'
import { compareVersions, isOrdered, parseVersion } from '../../../site/lib/versions.ts'

const IN_ORDER = [
  [
    '0.6.3.dev109+gcb3b2b9b.d20241010',
    '0.6.3.dev116+g151ef4ef',
    '0.6.3rc1',
    '0.6.3',
    '0.6.3.post2.dev308+gb489fc3c',
    '0.6.3.1',
    '0.6.10',
    '0.10.0',
  ],
  ['b999', 'b5863+hip', 'b5863+vulkan', 'b6077+hip', 'b10001'],
]

test.each(IN_ORDER)('versions come in the order of their releases: %s …', (...versions) => {
  for (const [i, early] of versions.entries())
    for (const late of versions.slice(i + 1)) {
      expect(compareVersions(early, late), `${early} < ${late}`).toBeLessThan(0)
      expect(compareVersions(late, early), `${late} > ${early}`).toBeGreaterThan(0)
    }
  expect(compareVersions(versions[0]!, versions[0]!)).toBe(0)
})

test('a build variant is no part of the release, the hash of a commit is no variant', () => {
  expect(parseVersion('b6111+vulkan-amdvlk')).toEqual({ release: 'b6111', variant: 'vulkan-amdvlk' })
  expect(parseVersion('0.6.3.dev116+g151ef4ef')).toEqual({ release: '0.6.3.dev116', variant: '' })
})

test('what names no release has no place in an order', () => {
  expect(['0.9.1', 'b6077', 'v1.2'].every(isOrdered)).toBe(true)
  expect(['unknown', 'any', 'sha-11d7af7-rocm', ''].some(isOrdered)).toBe(false)
})
