import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { formatDataLicences, formatSoftwareLicences } from '../../../site/integrations/licences/format_licences.ts'
import { findPackage, packageFolder, readPackages } from '../../../site/integrations/licences/packages.ts'

test.each([
  ['/x/node_modules/d3-array/src/max.js', '/x/node_modules/d3-array'],
  ['\0/x/node_modules/@codemirror/view/dist/index.js?commonjs', '/x/node_modules/@codemirror/view'],
  ['/x/node_modules/a/node_modules/b/index.js', '/x/node_modules/a/node_modules/b'],
  ['/x/site/islands/page.ts', undefined],
])('the module %j belongs to %j', (id, folder) => {
  expect(packageFolder(id)).toBe(folder)
})

test('a package comes once, with its licence, from where Node finds it', () => {
  const plot = findPackage('@observablehq/plot', resolve('.'))
  const packages = readPackages([plot, findPackage('d3', plot), plot])
  expect(packages.map(({ name }) => name)).toEqual(['@observablehq/plot', 'd3'])
  for (const { name, text } of packages) expect(text, name).toMatch(/permission|license/i)
  expect(() => findPackage('not-installed', plot)).toThrow('not-installed: expected an installed package')
})

const source = (licence: string) => ({ title: 'A source', url: 'https://example.org', licence, attribution: '(c) A' })
const bare = { name: 'bare', version: '1.0.0', licence: 'MIT', text: undefined, authors: 'B' }

test('data, software and texts are named, each text once', () => {
  const texts = { MIT: 'the text of MIT', 'Apache-2.0': 'the text of Apache' }
  const text = formatDataLicences([source('MIT'), source('Apache-2.0 AND MIT')], texts)
  expect(text).toContain('A source\nhttps://example.org\nLicence: MIT\n(c) A')
  expect(formatSoftwareLicences([bare], texts)).toContain(
    'bare 1.0.0\nLicence: MIT\n\nCopyright (c) B\n\nthe text of MIT',
  )
  expect(text.split('the text of Apache')).toHaveLength(2)
})

test('a source may have any licence; software without the text of its own is an error that names it', () => {
  expect(formatDataLicences([source('WTFPL')], {})).toContain('WTFPL')
  expect(() => formatSoftwareLicences([bare], {})).toThrowErrorMatchingInlineSnapshot(
    `[Error: licences.txt: expected the text of MIT, found none. Add it to site/integrations/licences/.]`,
  )
})
