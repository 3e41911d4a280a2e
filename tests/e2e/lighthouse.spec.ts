import { expect, test } from '@playwright/test'
import type { LaunchedChrome } from 'chrome-launcher'
import { judgePage, launchChrome, scoreOf } from './support/lighthouse.ts'
import { PAGE_TYPES } from './support/site.ts'

/** What does not depend on the clock; the bench measures the performance. */
const CATEGORIES = ['accessibility', 'best-practices', 'seo'] as const

let chrome: LaunchedChrome
test.beforeAll(async () => {
  chrome = await launchChrome()
})
test.afterAll(() => chrome?.kill())

for (const [name, find] of PAGE_TYPES) {
  if (name === 'not found') continue
  test(`Lighthouse gives full marks to the page type ${name}`, async ({ request, baseURL }) => {
    const run = { port: chrome.port, page: name, categories: CATEGORIES }
    const result = await judgePage(`${baseURL}${await find(request)}`, run)
    expect(Object.fromEntries(CATEGORIES.map((category) => [category, scoreOf(result, category)]))).toEqual(
      Object.fromEntries(CATEGORIES.map((category) => [category, 100])),
    )
  })
}
