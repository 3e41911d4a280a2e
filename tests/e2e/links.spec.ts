import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { checkLinks } from './support/site_links.ts'

/** Read from the files of both builds: what a server makes of an address is tested with the server. */
for (const [name, key, basePath] of [
  ['at the root', 'site', '/'],
  ['under a sub-path', 'subSite', '/matrix/'],
] as const)
  test(`every link leads to a file, ${name}`, () => {
    const { pages, links, broken } = checkLinks(test.info().config.metadata.folders[key], basePath)
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

test('under a sub-path, filters and the SQL engine work', async ({ page }) => {
  const subSite = test.info().config.metadata.subSite as string
  await page.goto(subSite)
  await page.getByRole('radio', { name: 'First token' }).check()
  await expect(page.locator('#shown')).toContainText('Time to first token')
  await page.goto(`${subSite}explore/`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#status')).toContainText(/\d rows? in \d+ ms/, { timeout: 120_000 })
})
