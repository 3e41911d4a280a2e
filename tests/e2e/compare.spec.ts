import { expect, test } from '@playwright/test'
import { axe, keepFewRows } from './support/axe.ts'
import { expectFits, NARROW, watch } from './support/site.ts'

/** Everything is tried at one width, and the way through it at the others. */
const WIDTH = 1440

test.use({ viewport: { width: WIDTH, height: 900 } })

test('pick two GPUs that share strata and open their page', async ({ page }) => {
  const seen = watch(page)
  await page.goto('/compare/')
  const first = page.getByLabel('First')
  await first.selectOption({ index: 2 })
  const second = page.getByLabel('Second')
  expect(await second.locator('option').count()).toBeGreaterThan(0)
  const [a, b] = [await first.inputValue(), await second.inputValue()]
  await expect(page).toHaveURL(`/compare/?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`)
  const says = await page.locator('#pick-verdict').innerText()
  expect(says.length).toBeGreaterThan(10)
  await page.getByRole('link', { name: 'Compare', exact: true }).last().click()
  const [low, high] = [a, b].sort()
  await expect(page).toHaveURL(`/compare/${low}-vs-${high}/`)
  await expect(page.locator('.answer-head', { hasText: says.replace(/\.$/, '') }).first()).toBeVisible()
  await expectFits(page, WIDTH)
  expect(seen.problems).toEqual([])
})

test('the page of the pair with most strata: tally, chart and table agree, and axe finds nothing with a table open', async ({
  page,
}) => {
  await page.goto('/compare/')
  await page.locator('.pairs a').first().click()
  for (const section of await page.locator('.contrast').all()) {
    const counts = (await section.locator('.tally b').allInnerTexts()).map(Number)
    const strata = await section.locator('.strata tbody tr').count()
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(strata)
    const marks = section.locator('.chart svg:visible [aria-label="dot"] > *, .chart svg:visible circle')
    if (strata >= 4) expect(await marks.count()).toBe(strata)
  }
  const folded = page.locator('.contrast summary').first()
  await folded.click()
  await expect(page.locator('.strata tbody tr').first()).toBeVisible()
  await keepFewRows(page)
  expect(await axe(page, '.contrast')).toEqual([])
})

for (const width of NARROW) {
  test(`at ${width} px: the pair that is picked is opened, and nothing is wider than the screen`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/compare/')
    await page.getByLabel('First').selectOption({ index: 2 })
    await expect(page).toHaveURL(/\?a=.+&b=.+/)
    await expectFits(page, width)
    await page.getByRole('link', { name: 'Compare', exact: true }).last().click()
    await expect(page).toHaveURL(/-vs-/)
    await expect(page.locator('.answer-head').first()).toBeVisible()
    await expectFits(page, width)
    await page.goto('/compare/')
    await page.locator('.pairs a').first().click()
    await page.locator('.contrast summary').first().click()
    await expect(page.locator('.strata tbody tr').first()).toBeVisible()
    await expectFits(page, width)
  })
}

test('a pair in the address is picked, in either order; one that does not exist falls back; engines are compared too', async ({
  page,
}) => {
  await page.goto('/compare/')
  const { a, b } = await page
    .locator('tr[data-a]')
    .nth(3)
    .evaluate((row) => ({ ...(row as HTMLElement).dataset }))
  await page.goto(`/compare/?a=${b}&b=${a}`)
  await expect(page.getByLabel('First')).toHaveValue(b!)
  await expect(page.getByLabel('Second')).toHaveValue(a!)
  await page.goto('/compare/?a=none&b=nothing')
  await expect(page.locator('#pick-verdict')).not.toBeEmpty()
  // Engines are compared too, each row naming both versions.
  await page.locator('tr[data-side=engine] a').first().click()
  await expect(page.locator('.contrast').first()).toBeVisible()
  await expect(page.locator('.strata td.fixed small').first()).toHaveText(/ \/ /)
})
