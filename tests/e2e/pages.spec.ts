import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { pageTypes, watch } from './support/site.ts'

/** In the dark only colours differ; they are what takes long to judge, and the rest need not be judged twice. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page type, ${colorScheme}`, async ({ browser, request, baseURL }) => {
    test.setTimeout(240_000)
    const context = await browser.newContext({ colorScheme, baseURL })
    const page = await context.newPage()
    for (const [name, path] of await pageTypes(request)) {
      await page.goto(path)
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
      const { violations } = await (colorScheme === 'dark' ? axe.withRules(COLOUR_RULES) : axe).analyze()
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`))
      expect.soft(found.slice(0, 5), `${name} ${path}`).toEqual([])
    }
    await context.close()
  })
}

test('axe finds nothing in the list view, the dialog and the filtered matrix on a phone', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, baseURL })
  const page = await context.newPage()
  for (const path of ['/?view=list', '/?metric=ttft_ms', '/']) {
    await page.goto(path, { waitUntil: 'networkidle' })
    if (path === '/') await page.locator('a.more').first().click()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect
      .soft(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        path,
      )
      .toEqual([])
  }
  await context.close()
})

/** How long each script is held back: long enough for the page to be painted without it. */
const LATE_MS = 150

/** Runs in the page before all else: adds up how far things move. */
function addUpShifts(): void {
  const shifts: string[] = []
  Object.assign(window, { shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Element }[] })[])
      shifts.push(`${entry.value}: ${entry.sources.map(({ node }) => node?.id || node?.className).join(', ')}`)
  }).observe({ type: 'layout-shift', buffered: true })
}

test('no page logs an error, breaks its policy, asks another host or moves when its script comes; each has one h1 and named charts', async ({
  page,
  request,
}) => {
  const seen = watch(page)
  await page.addInitScript(addUpShifts)
  await page.route('**/_astro/*.js', async (route) => {
    await new Promise((done) => setTimeout(done, LATE_MS))
    await route.continue()
  })
  for (const [name, path] of await pageTypes(request)) {
    await page.goto(path, { waitUntil: 'networkidle' })
    expect.soft(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts), name).toEqual([])
    await expect(page.locator('h1'), name).toHaveCount(1)
    await expect(page.locator('html'), name).toHaveAttribute('lang', 'en')
    expect((await page.locator('meta[name=description]').getAttribute('content'))!.length, name).toBeGreaterThan(20)
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy, name).not.toContain('unsafe-inline')
    const charts = page.locator('main svg[role=img]')
    for (const chart of await charts.all()) await expect(chart.locator('title').first()).not.toBeEmpty()
    await expect(page.locator('[style], main style'), name).toHaveCount(0)
  }
  expect(seen.problems).toEqual([])
})

test('pages of models, GPUs, engines and cells carry a chart and a table', async ({ page, request }) => {
  for (const [name, path] of await pageTypes(request)) {
    if (!['model', 'gpu', 'engine', 'cell'].includes(name)) continue
    await page.goto(path)
    await expect(page.locator('main svg[role=img]:visible').first(), name).toBeVisible()
    await expect(page.locator('main table').first(), name).toBeVisible()
  }
})

test('on a phone no page is wider than the screen', async ({ browser, request, baseURL }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, baseURL })
  const page = await context.newPage()
  for (const [name, path] of [...(await pageTypes(request)), ['list', '/?view=list']]) {
    await page.goto(path!, { waitUntil: 'networkidle' })
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390)
  }
  await context.close()
})
