import { expect, test } from '@playwright/test'
import { axe } from './support/axe.ts'
import { expectFits, NARROW, watch } from './support/site.ts'

/** Everything is tried at one width, and the way through it at the others. */
const WIDTH = 1440

const number = (text: string) => Number(text.replaceAll(',', ''))

test.use({ viewport: { width: WIDTH, height: 900 } })

test('own prices replace list prices, follow the formula and stay in the address; the fronts; electricity alone', async ({
  page,
}) => {
  const seen = watch(page)
  await page.goto('/cost/')
  await page.getByLabel('Own price per GPU').fill('1.5')
  await expect(page).toHaveURL(/price=1.5/)
  await page.getByLabel('Share of the time in use').fill('50')
  await expect(page.locator('.answer-sub').first()).toContainText('at 50 % use')
  const row = page.locator('.costs').first().locator('tbody tr').first()
  const [speed, price, cost] = await row
    .locator('td.num')
    .evaluateAll((cells) => cells.map((cell) => cell.firstChild!.textContent!))
  const expected = (number(price!) * 1e6) / (3600 * number(speed!) * 0.5)
  expect(number(cost!) / expected).toBeGreaterThan(0.98)
  expect(number(cost!) / expected).toBeLessThan(1.02)
  const head = await page.locator('.answer-head').first().innerText()
  await page.reload()
  await expect(page.locator('.answer-head').first()).toHaveText(head)
  await expect(page.getByLabel('Own price per GPU')).toHaveValue('1.5')
  await page.getByRole('button', { name: 'Clear prices' }).click()
  await expect(page).toHaveURL('/cost/')
  await expect(page.locator('.costs thead').first()).toContainText('list, on-demand')
  await expectFits(page, WIDTH)
  expect(seen.problems).toEqual([])

  // The fronts: every numbered point is in the list, and the list falls in speed.
  for (const chart of await page.locator('.scatter-chart').all()) {
    const svg = chart.locator('svg:visible')
    await expect(svg).toHaveCount(1)
    const items = await chart.locator('.front-list li').allInnerTexts()
    expect(items.length).toBeGreaterThan(0)
    await expect(svg.locator('.point.on-front')).toHaveCount(items.length)
    await expect(svg.locator('.number')).toHaveCount(items.length)
    const speeds = items.map((item) => number(/: ([\d.,]+) tok\/s/.exec(item)![1]!))
    expect(speeds).toEqual([...speeds].sort((a, b) => b - a))
    await expect(svg.locator('.axis')).toHaveCount(2)
  }

  // Electricity alone prices machines that are not rented.
  await page.getByLabel('Electricity').fill('0.3')
  await expect(page.locator('.costs thead').first()).toContainText('your own')
  const folded = page.locator('#answer summary')
  if (await folded.count()) await folded.first().click()
  await page.getByLabel('Electricity').fill('0.4')
  await expect(page).toHaveURL(/kwh=0.4/)
  if (await folded.count()) await expect(page.locator('#answer details').first()).toHaveAttribute('open')
  expect(await axe(page, '#answer')).toEqual([])
})

for (const width of NARROW) {
  test(`at ${width} px: own prices are followed, the fronts are drawn, and nothing is wider than the screen`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/cost/')
    await expect(page.locator('.scatter-chart svg:visible')).toHaveCount(2)
    await page.getByLabel('Own price per GPU').fill('1.5')
    await expect(page).toHaveURL(/price=1.5/)
    await page.getByLabel('Electricity').fill('0.3')
    await expect(page.locator('.costs thead').first()).toContainText('your own')
    await expectFits(page, width)
  })
}

test('costs under load are those of all streams together, at the load that each run names', async ({ page }) => {
  await page.goto('/cost/?model=meta-llama--llama-2-70b-hf&type=batched_offline')
  await expect(page.locator('.answer-sub').first()).toContainText('all streams together')
  await expect(page.locator('.costs thead').first()).toContainText('all streams')
  await expect(page.locator('.costs tbody .engine').first()).toContainText(/\d users/)
})

test('without JavaScript the charts, the table and the formulae are there', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
  const page = await context.newPage()
  await page.goto('/cost/')
  await expect(page.locator('.scatter-chart svg:visible')).toHaveCount(2)
  await expect(page.locator('.costs').first()).toBeVisible()
  await expect(page.locator('#ask')).toBeHidden()
  await context.close()
})
