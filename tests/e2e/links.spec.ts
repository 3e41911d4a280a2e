import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { checkLinks } from './support/site_links.ts'

/** Read from the built files: what a server makes of an address is tested with the server. A site under a sub-path is in hostile.spec.ts. */
test('every link leads to a file', () => {
  const { pages, links, broken } = checkLinks(test.info().config.metadata.site, '/')
  expect(broken).toEqual([])
  expect(pages).toBeGreaterThan(20)
  expect(links).toBeGreaterThan(pages)
})

test('a link to nothing, out of the site, or to a folder without its slash is found', () => {
  const folder = test.info().outputPath('site')
  mkdirSync(join(folder, 'a b'), { recursive: true })
  writeFileSync(join(folder, 'a b/index.html'), '<a href="../">up</a><a href="https://example.org/">else</a>')
  writeFileSync(
    join(folder, 'index.html'),
    '<a href="a%20b/?x=1&amp;y=2#part">good</a><a href="a%20b">no slash</a><img src="gone.svg"><a href="/other/">out</a>',
  )
  expect(checkLinks(folder, '/base/')).toEqual({
    pages: 2,
    links: 5,
    broken: [
      'no file: /base/a%20b on index.html',
      'no file: /base/gone.svg on index.html',
      'outside /base/: /other/ on index.html',
    ],
  })
})
