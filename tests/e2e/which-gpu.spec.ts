import { expect, type Page, test } from '@playwright/test'
import { axe } from './support/axe.ts'
import { expectFits, NARROW, watch } from './support/site.ts'

/** The full ranked list behind the answer of the home page; the question itself is tried in question.spec.ts. */

const speeds = async (page: Page): Promise<number[]> => {
  const texts = await page.locator('.answer-bars .speed a').allInnerTexts()
  return texts.map((text) => Number(text.replace(/[≥, ]|tok\/s/g, '')))
}

test.use({ viewport: { width: 1440, height: 900 } })

test('every result is listed, best first, as many as the headline counts, and limits are kept in the address', async ({
  page,
}) => {
  const seen = watch(page)
  await page.goto('/which-gpu/')
  const head = page.locator('.answer-head')
  const [, count] = /of (\d+) measured GPUs/.exec(await head.innerText())!
  const all = await speeds(page)
  expect(all).toHaveLength(Number(count))
  expect(all).toEqual(all.toSorted((a, b) => b - a))
  await page.getByLabel('Tokens per second for each user, at least').fill('50')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/tps=50/)
  await expect(page.locator('.answer-note')).toContainText(/Left out: .*slower than 50 tok\/s/)
  const fast = await speeds(page)
  expect(Math.min(...fast)).toBeGreaterThanOrEqual(50)
  await page.reload()
  await expect.poll(() => speeds(page)).toEqual(fast)
  await page.goBack()
  await expect.poll(() => speeds(page)).toEqual(all)
  expect(seen.problems).toEqual([])
})

test('by cost, the cheapest comes first and every row has one', async ({ page }) => {
  await page.goto('/which-gpu/?model=meta-llama--llama-2-7b-hf')
  await page.getByLabel('What comes first').selectOption('cost')
  await expect(page.locator('.answer-head')).toContainText('Cheapest of')
  const costs = (await page.locator('.answer-bars .cost').allInnerTexts()).map((text) => Number(text.replace('$', '')))
  expect(costs.length).toBeGreaterThan(1)
  expect(costs).toEqual(costs.toSorted((a, b) => a - b))
})

test('an unknown model in the address is said to be unknown, with ways out', async ({ page }) => {
  await page.goto('/which-gpu/?model=no-such-model')
  await expect(page.locator('.answer-head')).toHaveText('The catalogue has no model called “no-such-model”.')
  await page.locator('.ways-out a').first().click()
  await expect(page.locator('.answer-bars tbody tr').first()).toBeVisible()
  await page.goBack()
  await expect(page.locator('.answer-head')).toContainText('no-such-model')
})

for (const width of NARROW) {
  test(`at ${width} px nothing is wider than the screen`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/which-gpu/?model=openai--gpt-oss-20b&count=any')
    await expect(page.locator('.answer-head')).toContainText('configurations')
    await expectFits(page, width)
  })
}

test('figures that cannot be loaded say so, and the next change tries again', async ({ page }) => {
  await page.route('**/matrix.json', (route) => route.abort())
  await page.goto('/which-gpu/')
  await page.getByLabel('Number of GPUs').selectOption('any')
  await expect(page.locator('#answer')).toContainText('could not be loaded')
  expect(await axe(page, '#answer')).toEqual([])
  await page.unroute('**/matrix.json')
  await page.getByLabel('Number of GPUs').selectOption('2')
  await expect(page).toHaveURL(/count=2/)
})

test('without JavaScript the default answer is there and no dead form', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
  const page = await context.newPage()
  await page.goto('/which-gpu/')
  await expect(page.locator('.answer-bars tbody tr').first()).toBeVisible()
  await expect(page.locator('#question')).toBeHidden()
  await expect(page.locator('.note').first()).toBeVisible()
  await context.close()
})
