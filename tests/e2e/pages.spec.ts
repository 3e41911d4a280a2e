import { expect, type Page, test } from '@playwright/test'
import { axe, COLOUR_RULES, keepFewRows } from './support/axe.ts'
import { lookAt } from './support/look.ts'
import { readShifts, watchShifts } from './support/shifts.ts'
import { expectFits, PAGE_TYPES, watch } from './support/site.ts'
import { watchTransfers } from './support/transfers.ts'

const WIDTHS = [1440, 768, 390]
/** Bytes of a page, gzipped. */
const MOST = { all: 150_000, script: 60_000 }

/** A page of each type is opened twice, as wide and as narrow as can be, and everything that can be judged of it is judged then. */
for (const [name, find] of PAGE_TYPES) {
  test(`${name}: sound, within its budget, accessible and legible, light and dark, and steady on a phone`, async ({
    page,
    request,
  }) => {
    const seen = watch(page)
    const path = await find(request)
    await page.setViewportSize({ width: WIDTHS[0]!, height: 900 })
    await watchShifts(page)
    const readTransfers = watchTransfers(page)
    await page.goto(path, { waitUntil: 'networkidle' })
    expect.soft(await readShifts(page)).toEqual([])
    const transfers = await readTransfers()
    expect(transfers.document).toBeGreaterThan(0)
    expect.soft(transfers.all, 'bytes in all').toBeLessThanOrEqual(MOST.all)
    expect.soft(transfers.script, 'bytes of script').toBeLessThanOrEqual(MOST.script)
    await expectSound(page)
    if (['model', 'gpu', 'engine', 'cell'].includes(name)) await expectChartAndTable(page)
    await expectLegible(page)
    await keepFewRows(page)
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expectAccessible(page, COLOUR_RULES)
    await test.step('on a phone nothing moves or is wider than the screen', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto(path, { waitUntil: 'networkidle' })
      expect.soft(await readShifts(page), 'on a phone').toEqual([])
      await expectFits(page, 390)
    })
    expect(seen.problems).toEqual([])
  })
}

/** One h1, a language, a description, a policy without exceptions, and charts that are named. */
async function expectSound(page: Page): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1)
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  const description = await page.locator('meta[name=description]').getAttribute('content')
  expect(description!.length).toBeGreaterThan(20)
  const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
  expect(policy).not.toContain('unsafe-inline')
  const titles = await page
    .locator('main svg[role=img]')
    .evaluateAll((charts) => charts.map((chart) => chart.querySelector('title')?.textContent ?? ''))
  expect(titles.filter((title) => title.trim() === '')).toEqual([])
  await expect(page.locator('[style], main style')).toHaveCount(0)
}

async function expectChartAndTable(page: Page): Promise<void> {
  await expect(page.locator('main svg[role=img]:visible').first()).toBeVisible()
  await expect(page.locator('main table').first()).toBeVisible()
}

async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  expect.soft((await axe(page, undefined, rules)).slice(0, 5), page.url()).toEqual([])
}

/** No text is cut or covered, and every chart says what its axis measures, at every width. */
async function expectLegible(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const { clipped, overlapping, unlabelled } = await lookAt(page)
    expect.soft(clipped.slice(0, 5), `at ${width} px: cut`).toEqual([])
    expect.soft(overlapping.slice(0, 5), `at ${width} px: covered`).toEqual([])
    expect.soft(unlabelled, `at ${width} px: without a unit`).toEqual([])
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 900 })
}

test('axe finds nothing in the list view and the matrix by another metric on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/?view=list', '/?metric=ttft_ms']) {
    await page.goto(path, { waitUntil: 'networkidle' })
    await keepFewRows(page)
    await expectAccessible(page)
  }
})

test('the look at a page finds text that is cut or covered, and a chart without a unit', async ({ page }) => {
  await page.setContent(`<main>
    <p style="width: 40px; white-space: nowrap">wider than its box</p>
    <p style="width: 40px; white-space: nowrap; overflow: auto">wider, with a scroll bar</p>
    <div style="position: relative"><b style="position: absolute">one over</b><i style="position: absolute">the other</i></div>
    <svg role="img" style="display: block; margin-top: 60px"><title>Speed</title><text x="0" y="20">10</text><text x="0" y="60">Speed</text></svg>
  </main>`)
  const { clipped, overlapping, unlabelled } = await lookAt(page)
  expect(clipped).toEqual([expect.stringContaining('“wider than its box”')])
  expect(overlapping).toEqual([expect.stringMatching(/one over.*the other|the other.*one over/)])
  expect(unlabelled).toEqual(['Speed'])
})
