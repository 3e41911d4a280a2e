import { expect, test } from '@playwright/test'
import type { LaunchedChrome } from 'chrome-launcher'
import { judgePage, launchChrome, scoreOf } from './support/lighthouse.ts'
import { PAGE_TYPES } from './support/site.ts'

/**
 * One page of every layout: what Lighthouse judges is made by the parts that pages share, and axe, which is stricter, judges a page of every
 * type in pages.spec.ts. The bench runs all of Lighthouse on a page of every type.
 */
const LAYOUTS = ['matrix', 'cell', 'documentation']
/** What does not depend on the clock. */
const CATEGORIES = ['accessibility', 'best-practices', 'seo'] as const

let chrome: LaunchedChrome
test.beforeAll(async () => {
  chrome = await launchChrome()
})
test.afterAll(() => chrome?.kill())

for (const [name, find] of PAGE_TYPES.filter(([type]) => LAYOUTS.includes(type))) {
  test(`Lighthouse gives full marks to the page of type ${name}`, async ({ request, baseURL }) => {
    const run = { port: chrome.port, page: name, categories: CATEGORIES }
    const result = await judgePage(`${baseURL}${await find(request)}`, run)
    expect(Object.fromEntries(CATEGORIES.map((category) => [category, scoreOf(result, category)]))).toEqual(
      Object.fromEntries(CATEGORIES.map((category) => [category, 100])),
    )
  })
}
