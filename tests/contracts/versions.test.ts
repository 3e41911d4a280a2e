import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byVersion, compareVersions, isOrdered, orderVersions, parseVersion } from '../../contracts/versions.ts'

const IN_ORDER: Record<string, string[]> = {
  'PEP 440': ['0.9.0.dev1', '0.9.0a1', '0.9.0b2', '0.9.0rc1', '0.9.0', '0.9.0.post1', '0.9.1', '0.10'],
  'a development build comes before what it leads to': [
    '0.6.3.dev109+gcb3b2b9b.d20241010',
    '0.6.3.dev116+g151ef4ef',
    '0.6.3a1.dev2',
    '0.6.3a1',
    '0.6.3rc1',
    '0.6.3',
    '0.6.3.post2.dev308+gb489fc3c',
    '0.6.3.post2',
    '0.6.3.post10',
    '0.6.3.1',
    '0.6.10',
    '0.10.0',
  ],
  'build numbers': ['b999', 'b1000', 'b5863+hip', 'b6077-5fd160bb', 'b10001'],
  'semantic versions': [
    'v0.5.8-alpha.1',
    '0.5.8-alpha.2',
    '0.5.8-beta',
    '0.5.8-rc.3',
    '0.5.8-rc10',
    'v0.5.8',
    '0.5.9-nightly.7',
  ],
  'git describe': ['v1.0', 'v1.0-3-gabc1234', 'v1.0-12-gdef5678', 'v1.0.1'],
  'builds of one release': ['0.3.5', '0.3.5+2', '0.3.5+10', '0.3.6'],
}

test.each(Object.entries(IN_ORDER))('%s', (_, versions) => {
  for (const [i, early] of versions.entries())
    for (const late of versions.slice(i + 1)) {
      expect(compareVersions(early, late), `${early} < ${late}`).toBeLessThan(0)
      expect(compareVersions(late, early), `${late} > ${early}`).toBeGreaterThan(0)
    }
})

test.each([
  ['0.9', '0.9.0'],
  ['v0.9.0', '0.9.0'],
  ['b6077+hip', 'b6077+vulkan'],
  ['b6077', 'b6077-5fd160bb'],
  ['0.9.0rc1', '0.9.0-rc.1'],
  ['0.9.0-preview1', '0.9.0rc1'],
  ['0.9.0.post1', '0.9.0-1'],
  ['0.6.3.dev116', '0.6.3.dev116+g151ef4ef'],
  ['0.9.0+cu121', '0.9.0'],
])('%s and %s are one release', (a, b) => expect(compareVersions(a, b)).toBe(0))

test.each([
  ['b6111+vulkan-amdvlk', 'b6111', 'vulkan-amdvlk'],
  ['0.6.3.dev116+g151ef4ef', '0.6.3.dev116', ''],
  ['0.6.3.dev109+gcb3b2b9b.d20241010', '0.6.3.dev109', ''],
  ['0.6.3.post2.dev308+gb489fc3c.rocm624', '0.6.3.post2.dev308', 'rocm624'],
  ['V0.8.5+rocm6.2', '0.8.5', 'rocm6.2'],
  ['0.8.5+cu121', '0.8.5', 'cu121'],
  ['3.0.1-rocm', '3.0.1', 'rocm'],
  ['3.0.1-intel-xpu', '3.0.1', 'intel-xpu'],
  ['0.3.5+2', '0.3.5+2', ''],
  ['sha-11d7af7-rocm', 'sha-11d7af7', 'rocm'],
  ['5fd160bb+vulkan', '5fd160bb', 'vulkan'],
  ['unknown', 'unknown', ''],
])('%s is release %s of variant "%s"', (text, release, variant) =>
  expect(parseVersion(text)).toMatchObject({ release, variant }))

test.each([
  'unknown',
  'any',
  '',
  'sha-11d7af7',
  'sha-11d7af7-rocm',
  '11d7af7',
  'b489fc3c',
  'g151ef4ef',
  'main',
  'latest',
  '0.9x',
  '1.0rc1rc2',
])('"%s" tells no order', (text) => {
  expect(isOrdered(text)).toBe(false)
  expect([compareVersions(text, '0.9.0'), compareVersions('0.9.0', text), compareVersions(text, text)]).toEqual([
    null,
    null,
    null,
  ])
})

/** All versions that the published sources name. */
test('the versions of the published sources', () => {
  expect(
    orderVersions([
      ...[
        'b5863+hip',
        'b5863+rocwmma',
        'b5863+vulkan',
        'b5921+hip',
        'b5922+vulkan',
        'b6021+hip',
        'b6077+vulkan-amdvlk',
      ],
      ...['b6097+vulkan-amdvlk', 'b6111+vulkan-amdvlk', 'b6111+vulkan-radv', 'b6118+vulkan-amdvlk', 'unknown'],
    ]).map(toText),
  ).toMatchInlineSnapshot(`
    [
      "-: unknown = unknown",
      "1: b5863+hip = b5863 (hip)",
      "1: b5863+rocwmma = b5863 (rocwmma)",
      "1: b5863+vulkan = b5863 (vulkan)",
      "2: b5921+hip = b5921 (hip)",
      "3: b5922+vulkan = b5922 (vulkan)",
      "4: b6021+hip = b6021 (hip)",
      "5: b6077+vulkan-amdvlk = b6077 (vulkan-amdvlk)",
      "6: b6097+vulkan-amdvlk = b6097 (vulkan-amdvlk)",
      "7: b6111+vulkan-amdvlk = b6111 (vulkan-amdvlk)",
      "7: b6111+vulkan-radv = b6111 (vulkan-radv)",
      "8: b6118+vulkan-amdvlk = b6118 (vulkan-amdvlk)",
    ]
  `)
  expect(orderVersions(['sha-11d7af7-rocm', 'unknown']).map(toText)).toMatchInlineSnapshot(`
    [
      "-: unknown = unknown",
      "-: sha-11d7af7-rocm = sha-11d7af7 (rocm)",
    ]
  `)
  expect(orderVersions(['0.9.1', '0.9.0']).map(toText)).toMatchInlineSnapshot(`
    [
      "1: 0.9.0 = 0.9.0",
      "2: 0.9.1 = 0.9.1",
    ]
  `)
  expect(
    orderVersions([
      '0.6.3.dev116+g151ef4ef',
      '0.6.3.dev109+gcb3b2b9b.d20241010',
      '0.6.3.post2.dev308+gb489fc3c',
      'unknown',
    ]).map(toText),
  ).toMatchInlineSnapshot(`
    [
      "-: unknown = unknown",
      "1: 0.6.3.dev109+gcb3b2b9b.d20241010 = 0.6.3.dev109",
      "2: 0.6.3.dev116+g151ef4ef = 0.6.3.dev116",
      "3: 0.6.3.post2.dev308+gb489fc3c = 0.6.3.post2.dev308",
    ]
  `)
})

test('the releases of an engine are numbered, spellings and variants of one release alike', () => {
  expect(orderVersions(['0.10', 'v0.9.0+cu121', '0.9', 'unknown', '0.9.0', '0.10', '0.9.0rc1'])).toEqual([
    { version: 'unknown', release: 'unknown', variant: '', ordinal: null },
    { version: '0.9.0rc1', release: '0.9.0rc1', variant: '', ordinal: 1 },
    { version: '0.9', release: '0.9', variant: '', ordinal: 2 },
    { version: '0.9.0', release: '0.9', variant: '', ordinal: 2 },
    { version: 'v0.9.0+cu121', release: '0.9', variant: 'cu121', ordinal: 2 },
    { version: '0.10', release: '0.10', variant: '', ordinal: 3 },
  ])
})

const number = fc.oneof(fc.nat(12), fc.bigInt(0n, 10n ** 64n)).map(String)
const numbers = fc.array(number, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'))
const suffix = (...words: string[]) =>
  fc.option(
    fc.tuple(fc.constantFrom(...words), fc.nat(30)).map((parts) => parts.join('')),
    { nil: '' },
  )
const version = fc
  .tuple(
    fc.constantFrom('', 'v'),
    numbers,
    suffix('a', 'b', 'rc', '-rc.', '-alpha'),
    suffix('.post'),
    suffix('.dev'),
    fc.constantFrom('', '+hip', '+cu121', '+gabc1234'),
  )
  .map((parts) => parts.join(''))
const text = fc.oneof(
  version,
  fc.nat().map((n) => `b${n}`),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/),
  fc.constantFrom('unknown', 'any'),
)

test('compareVersions is a total order of releases', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const order = (x: string, y: string) => Math.sign(compareVersions(x, y) ?? Number.NaN)
      expect(order(a, a)).toBe(0)
      expect(order(a, b) + order(b, a)).toBe(0)
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBe(Math.min(order(a, b), order(b, c)))
    }),
    { numRuns: 1000 },
  )
})

test('any texts: no error, null on both sides alike, one order for lists, and places that agree with the comparison', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
      const ordered = orderVersions(texts)
      expect(ordered.map(({ version }) => version)).toEqual([...new Set(texts)].sort(byVersion))
      for (const a of ordered)
        for (const b of ordered) {
          const expected = a.ordinal === null || b.ordinal === null ? null : Math.sign(a.ordinal - b.ordinal)
          const found = compareVersions(a.version, b.version)
          expect(found === null ? null : Math.sign(found)).toBe(expected)
          if (expected === 0) expect(a.release).toBe(b.release)
          expect(Math.sign(byVersion(a.version, b.version)) + Math.sign(byVersion(b.version, a.version))).toBe(0)
        }
    }),
    { numRuns: 200 },
  )
})

test('plain numbers of any length compare as numbers', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 64n), fc.bigInt(0n, 10n ** 64n), (a, b) => {
      const expected = a < b ? -1 : a > b ? 1 : 0
      for (const spell of [
        (n: bigint) => `b${n}`,
        (n: bigint) => `0.${n}`,
        (n: bigint) => `1.2.${n}`,
        (n: bigint) => `1.0rc${n}`,
      ])
        expect(compareVersions(spell(a), spell(b))).toBe(expected)
    }),
  )
})

function toText({ version, release, variant, ordinal }: ReturnType<typeof orderVersions>[number]): string {
  return `${ordinal ?? '-'}: ${version} = ${release}${variant && ` (${variant})`}`
}
