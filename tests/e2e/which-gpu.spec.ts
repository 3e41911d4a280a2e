import { expect, type Page, test } from '@playwright/test'
import { axe } from './support/axe.ts'
import { expectFits, NARROW, watch } from './support/site.ts'

/** Everything is tried at one width, and the way through it at the others. */
const WIDTH = 1440

const MODEL = 'meta-llama--llama-2-7b-hf'

/** The main values of the first table, as numbers. */
async function values(page: Page): Promise<number[]> {
  const texts = await page.locator('.ranked').first().locator('td.main .value').allInnerTexts()
  return texts.map((text) => Number(text.replaceAll(',', '')))
}

/** Of a state of the page, its own part: how it opens is judged in pages.spec.ts. */
async function expectAccessible(page: Page, part: string): Promise<void> {
  expect(await axe(page, part)).toEqual([])
}

test.use({ viewport: { width: WIDTH, height: 900 } })

test('a model and limits give a ranked answer, kept in the address', async ({ page }) => {
  const seen = watch(page)
  await page.goto('/which-gpu/')
  const before = await page.locator('.answer-head').first().innerText()
  await page.getByLabel('Model').selectOption(MODEL)
  await expect(page.locator('.answer-sub').first()).toContainText('Llama-2-7b-hf')
  await page.getByLabel('Speed, at least').fill('100')
  await expect(page.locator('.answer-sub').first()).toContainText('slower than the least speed')
  const speeds = await values(page)
  expect(speeds.length).toBeGreaterThan(1)
  expect(Math.min(...speeds)).toBeGreaterThanOrEqual(100)
  expect(speeds).toEqual([...speeds].sort((a, b) => b - a))
  expect(new URL(page.url()).search).toBe(`?model=${MODEL}&tps=100`)
  const head = await page.locator('.answer-head').first().innerText()
  expect(head).not.toBe(before)
  await page.reload()
  await expect(page.locator('.answer-head').first()).toHaveText(head)
  await expect(page.getByLabel('Speed, at least')).toHaveValue('100')
  await expectFits(page, WIDTH)
  expect(seen.problems).toEqual([])
})

test('another model is measured by what most of its runs have, unless the visitor says otherwise', async ({ page }) => {
  await page.goto('/which-gpu/')
  const metric = page.getByLabel('Speed measured as')
  await expect(metric).toHaveValue('decode_tps')
  await page.getByLabel('Model').selectOption(MODEL)
  await expect(metric).toHaveValue('e2e_tps')
  await page.getByText('More limits').click()
  await expectAccessible(page, '#ask')
  await metric.selectOption('decode_tps')
  await page.getByLabel('Speed, at least').fill('1')
  await expect(page).toHaveURL(/metric=decode_tps.*tps=1$/)
  await expect(page.locator('.ranked thead').first()).toContainText('Decode speed')
})

test('ranked by cost, the cheapest comes first and every row has a price', async ({ page }) => {
  await page.goto(`/which-gpu/?model=${MODEL}`)
  await page.getByLabel('What matters most').selectOption('cost')
  await expect(page.locator('.answer-head').first()).toContainText(/Cheapest|tie/)
  const costs = await values(page)
  expect(costs).toEqual([...costs].sort((a, b) => a - b))
  await expect(page.locator('.ranked').first()).not.toContainText('no list price')
  await expect(page.locator('.answer-notes').first()).toContainText('One user has the whole machine')
})

test('ready-made limits, clearing them, and an answer that is empty', async ({ page }) => {
  await page.goto('/which-gpu/')
  await page.getByRole('button', { name: 'Fits in 24 GB' }).click()
  await expect(page).toHaveURL(/vram-max=24/)
  await expect(page.getByLabel('GPU memory, at most')).toHaveValue('24')
  const memories = await page.locator('.ranked tbody th small').allInnerTexts()
  for (const memory of memories) expect(Number(/(\d+) GB/.exec(memory)![1])).toBeLessThanOrEqual(24)
  await page.getByLabel('Speed, at least').fill('99999')
  await expect(page.locator('.answer-head').first()).toContainText('No published run')
  await expect(page.getByRole('status').first()).toContainText('No published run')
  await expectAccessible(page, '#answer')
  await page.getByRole('button', { name: 'Clear limits' }).click()
  await expect(page).toHaveURL('/which-gpu/')
  await expect(page.locator('.ranked tbody tr').first()).toBeVisible()
})

test('under load only runs at equal load are ranked, unless the visitor asks for any', async ({ page }) => {
  await page.goto('/which-gpu/?model=meta-llama--llama-2-70b-hf&type=batched_offline')
  const loads = page.locator('.ranked tbody .engine', { hasText: 'users' })
  const distinct = async () => {
    const texts = await loads.allInnerTexts()
    return new Set(texts.map((text) => /[\d –>]+ users/.exec(text)![0].trim())).size
  }
  await expect(loads.first()).toBeVisible()
  expect(await distinct()).toBe(1)
  await page.getByLabel('Requests at once').selectOption('33-64')
  await expect(page).toHaveURL(/load=33-64/)
  await expect(loads.first()).toContainText('33 – 64 users')
  await page.getByLabel('Requests at once').selectOption('each')
  await expect(page).toHaveURL(/load=each/)
  expect(await loads.count()).toBeGreaterThan(1)
  await page.getByLabel('How it is used').selectOption('single_stream')
  await expect(page).not.toHaveURL(/load=/)
})

test('by keyboard alone: choose a model, set a limit, open the figure of the best', async ({ page }) => {
  await page.goto('/which-gpu/')
  await page.getByLabel('Model').focus()
  await page.keyboard.press('ArrowDown')
  await expect(page).toHaveURL(/model=/)
  for (const next of ['What matters most', 'How it is used', 'Requests at once', 'Speed, at least']) {
    await page.keyboard.press('Tab')
    await expect(page.getByLabel(next)).toBeFocused()
  }
  await page.keyboard.type('0.5')
  await expect(page.getByLabel('Speed, at least')).toHaveValue('0.5')
  await expect(page).toHaveURL(/tps=0.5/)
  await page.locator('.ranked .evidence a').first().focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/cells\//)
})

for (const width of NARROW) {
  test(`at ${width} px: a model and a limit give a ranked answer, and nothing is wider than the screen`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/which-gpu/')
    await page.getByLabel('Model').selectOption(MODEL)
    await page.getByLabel('Speed, at least').fill('100')
    await expect(page.locator('.answer-sub').first()).toContainText('slower than the least speed')
    expect(Math.min(...(await values(page)))).toBeGreaterThanOrEqual(100)
    await page.getByText('More limits').click()
    await expect(page.getByLabel('Speed measured as')).toBeVisible()
    await expectFits(page, width)
  })
}

test('figures that cannot be loaded say so, and the next change tries again', async ({ page }) => {
  await page.goto('/which-gpu/')
  await page.route('**/answers/*.json', (route) => route.abort())
  await page.getByLabel('Speed, at least').fill('1')
  await expect(page.locator('#answer')).toContainText('could not be loaded')
  await expectAccessible(page, '#answer')
  await page.unroute('**/answers/*.json')
  await page.getByLabel('Speed, at least').fill('2')
  await expect(page.locator('.ranked').first()).toBeVisible()
})

test('without JavaScript the default answer is there and no dead form', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
  const page = await context.newPage()
  await page.goto('/which-gpu/')
  await expect(page.locator('.ranked tbody tr').first()).toBeVisible()
  await expect(page.locator('#ask')).toBeHidden()
  await expect(page.locator('noscript .note, .note').first()).toBeVisible()
  await context.close()
})
