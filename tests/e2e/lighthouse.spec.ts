import { expect, test } from '@playwright/test'
import type { LaunchedChrome } from 'chrome-launcher'
import { judgePage, launchChrome, scoreOf } from './support/lighthouse.ts'
import { PAGE_TYPES } from './support/site.ts'

/**
 * A page with a script of its own, one of charts, and one of text: what Lighthouse judges is made by the one layout that all pages share, and
 * axe, which is stricter, judges a page of every type in pages.spec.ts. The bench runs all of Lighthouse on a page of every type.
 */
const PAGES = ['matrix', 'cell', 'documentation']
/** What does not depend on the clock. */
const CATEGORIES = ['accessibility', 'best-practices', 'seo'] as const

let chrome: LaunchedChrome
test.beforeAll(async () => {
  chrome = await launchChrome()
})
test.afterAll(() => chrome?.kill())

for (const [name, find] of PAGE_TYPES.filter(([type]) => PAGES.includes(type))) {
  test(`Lighthouse gives full marks to the page of type ${name}`, async ({ request, baseURL }) => {
    const run = { port: chrome.port, page: name, categories: CATEGORIES }
    const result = await judgePage(`${baseURL}${await find(request)}`, run)
    expect(Object.fromEntries(CATEGORIES.map((category) => [category, scoreOf(result, category)]))).toEqual(
      Object.fromEntries(CATEGORIES.map((category) => [category, 100])),
    )
  })
}
