import { expect, type Page, test } from '@playwright/test'
import { decodeQuery } from '../../site/lib/explore/permalink.ts'
import { formatValue } from '../../site/lib/format.ts'
import { axe, keepFewRows } from './support/axe.ts'
import { runSql } from './support/run_sql.ts'
import { expectFits, fetchMatrix, untilLive, watch } from './support/site.ts'

const WIDTHS = [1440, 768, 390]

/** Of a state of a page, its own part: how each page opens is judged in pages.spec.ts. */
async function expectNoAxe(page: Page, where: string, part: string): Promise<void> {
  expect(await axe(page, part), where).toEqual([])
}

/** Holds at every width, without loading the page again. */
async function expectFitsEveryWidth(page: Page, where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expectFits(page, width, `${where} at ${width}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

test('the SQL of a cell page, run on the published files, gives its figures and the bars of its charts', async ({
  page,
  request,
}) => {
  const { entries: all, models } = await fetchMatrix(request)
  // Under load there is throughput beside the metrics, which has no distribution.
  const entries = all.filter(({ figures }) => !figures.output_tps)
  const most = (key: 'decode_tps' | 'ttft_ms') =>
    entries.reduce((best, entry) => ((entry.figures[key]?.n ?? 0) > (best.figures[key]?.n ?? 0) ? entry : best))
  const single = entries.find(({ figures }) => figures.e2e_tps?.n === 1)!
  const get = async (path: string) => (await request.get(path)).body()
  const [matrix, cells] = [await get('/data/matrix.arrow'), await get('/data/cells.arrow')]
  for (const entry of new Set([most('decode_tps'), most('ttft_ms'), single])) {
    await page.goto(`/cells/${entry.id}/`)
    const sql = await page.locator('details.sql code').textContent()
    const link = await page.getByRole('link', { name: 'Open this in SQL' }).getAttribute('href')
    expect(link).toMatch(/^\/explore\/#q=/)
    expect(decodeQuery(link!.split('#')[1]!)).toBe(sql)
    const bins = await get(`/data/bins/${models[entry.model]!.slug}.arrow`)
    const rows = await runSql(sql!, { matrix, cells, bins })
    const metrics = [...new Set(rows.map((row) => row.metric))]
    expect(metrics.toSorted(), entry.id).toEqual(Object.keys(entry.figures).toSorted())
    const shown = await page.locator('.figures').first().locator('dd.value').allInnerTexts()
    const told = metrics.map((metric) => formatValue(Number(rows.find((row) => row.metric === metric)!.p50)))
    expect(shown.map((text) => text.split(/\s/)[0]).toSorted()).toEqual(told.toSorted())
    for (const metric of metrics) {
      const shares = rows.filter((row) => row.metric === metric).map((row) => Number(row.share))
      expect(
        shares.reduce((sum, share) => sum + share, 0),
        `${entry.id} ${metric}`,
      ).toBeCloseTo(1, 6)
    }
    const charts = page.locator('h2#distribution ~ .pair figure .wide svg')
    const drawn = await charts.evaluateAll((all) => all.map((svg) => svg.querySelectorAll('rect').length))
    const bars = metrics.map((metric) => rows.filter((row) => row.metric === metric).length)
    if (entry !== single) expect(drawn.length, entry.id).toBeGreaterThan(0)
    for (const count of drawn) expect(bars, entry.id).toContain(count)
  }
})

for (const width of WIDTHS)
  test(`at ${width} px: the list of GPUs is filtered and sorted, and its state lives in the address`, async ({
    page,
  }) => {
    const seen = watch(page)
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/gpus/')
    const rows = page.locator('#index-table tbody tr:visible')
    await showAll(page)
    const all = await rows.count()
    await page.getByLabel('Vendor').selectOption('AMD')
    await page.getByLabel('Memory').selectOption('24')
    await page.getByLabel('With figures only').check()
    await expect(page).toHaveURL('/gpus/?vendor=AMD&memory=24&measured=1')
    const status = page.getByRole('status')
    await expect.poll(async () => `${await rows.count()} of ${all} GPUs` === (await status.innerText())).toBe(true)
    const kept = await rows.count()
    expect(kept).toBeGreaterThan(1)
    expect(kept).toBeLessThan(all)
    await sortByMemory(page, width)
    const order = () => rows.evaluateAll((list) => list.map((row) => Number((row as HTMLElement).dataset.memory)))
    const rising = await order()
    expect(rising).toEqual(rising.toSorted((a, b) => a - b))
    expect(rising[0]).toBeLessThan(rising.at(-1)!)
    await page.reload()
    await untilLive(page)
    await expect.poll(order).toEqual(rising)
    await expect(page.getByLabel('Memory')).toHaveValue('24')
    if (width !== 1440) return expect(seen.problems).toEqual([])
    await expectFitsEveryWidth(page, 'filtered GPUs')
    await page.getByLabel('Search').fill('no such thing')
    await expect(page.getByText('No GPU under these filters.')).toBeVisible()
    await page.getByRole('button', { name: /without Search$/ }).click()
    await expect(status).toHaveText(`${kept} of ${all} GPUs`)
    await expectNoAxe(page, 'an empty list', 'main')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect(page).toHaveURL('/gpus/')
    await showAll(page)
    await expect(rows).toHaveCount(all)
    expect(seen.problems).toEqual([])
  })

/** Unfolds the list. The box is hidden where nothing is folded. */
async function showAll(page: Page): Promise<void> {
  await page.locator('.show-all input').evaluateAll((boxes) => {
    for (const box of boxes) (box as HTMLElement).click()
  })
}

/** From the least memory: by the head of the column; where rows are cards, which have no heads, by the choice of the order. */
async function sortByMemory(page: Page, width: number): Promise<void> {
  if (width <= 768) {
    await expect(page.locator('#index-table thead')).toBeHidden()
    await page.getByLabel('Order').selectOption('memory')
    return expect(page).toHaveURL(/&sort=memory$/)
  }
  const head = page.getByRole('columnheader', { name: /^Memory/ })
  await head.getByRole('button').focus()
  await page.keyboard.press('Enter')
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await page.keyboard.press('Enter')
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
}

test('the list of models is whole without script; with it, it is filtered, sorted and reset at every width', async ({
  page,
  browser,
  baseURL,
}) => {
  const rows = page.locator('#index-table tbody tr:visible')
  const state = '/models/?size=35&kind=mixture+of+experts&sort=-active'
  await page.goto(state)
  await untilLive(page)
  await showAll(page)
  const readActive = () => rows.evaluateAll((list) => list.map((row) => ({ ...(row as HTMLElement).dataset })))
  const active = await readActive()
  expect(active.length).toBeGreaterThan(1)
  for (const row of active) {
    expect(Number(row.size)).toBeLessThanOrEqual(35)
    expect(Number(row.active)).toBeLessThan(Number(row.size))
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect(page).toHaveURL('/models/')
    await expect.poll(() => rows.count()).toBeGreaterThan(active.length)
    await page.getByLabel('Kind').selectOption('mixture of experts')
    await page.getByLabel('Parameters').selectOption('35')
    await page.getByLabel('Order').selectOption('-active')
    await expect(page).toHaveURL(state)
    await expect.poll(readActive).toEqual(active)
    await expect(rows.first().getByRole('link')).toBeInViewport()
  }
  await page.goto('/models/?kind=none&sort=nothing')
  await expect(page.locator('#index-note')).toContainText('“none”')
  await expect(rows).toHaveCount(10)
  const all = await page.locator('#index-table tbody tr').count()
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
  const plain = await context.newPage()
  await plain.goto('/models/')
  await expect(plain.locator('#index-form')).toBeHidden()
  await expect(plain.locator('#index-table tbody tr')).toHaveCount(all)
  await context.close()
})

test('an engine, version by version: from what a release changed to the configuration that shows it', async ({
  page,
}) => {
  const seen = watch(page)
  await page.goto('/versions/llama.cpp/')
  await expectFitsEveryWidth(page, 'versions of an engine')
  await expect(page.locator('main svg[role=img]:visible').first()).toBeVisible()
  await page.locator('details.fold > summary:visible').first().click()
  const table = page.locator('details[open] .steps')
  await expect(table.locator('tbody tr').first()).toBeVisible()
  await expectFitsEveryWidth(page, 'an engine, changes open')
  await keepFewRows(page)
  await expectNoAxe(page, 'an engine, changes open', 'details[open]')
  await table.locator('tbody a').first().click()
  await expect(page).toHaveURL(/\/cells\/[^/]+\/#versions$/)
  await expect(page.locator('h2#versions')).toBeVisible()
  const folds = page.locator('main details:not([open]) > summary:visible')
  while (await folds.count()) await folds.first().click()
  await expect(page.locator('details.sql pre').first()).toBeVisible()
  await expectFitsEveryWidth(page, 'a cell, all open')
  await keepFewRows(page)
  await expectNoAxe(page, 'a cell, all open', 'details[open]')
  expect(seen.problems).toEqual([])
})

test('structured data tells search engines what a page is, under the policy of the page', async ({ page, request }) => {
  const seen = watch(page)
  const { entries, models } = await fetchMatrix(request)
  const [entry] = entries
  const wanted = {
    '/data/': ['Dataset'],
    [`/cells/${entry!.id}/`]: ['BreadcrumbList', 'Dataset'],
    [`/models/${models[entry!.model]!.slug}/`]: ['BreadcrumbList'],
  }
  for (const [path, types] of Object.entries(wanted)) {
    await page.goto(path)
    const blocks = await page.locator('script[type="application/ld+json"]').allTextContents()
    const found = blocks.map((text) => JSON.parse(text) as Record<string, unknown>)
    expect(found.map((block) => block['@type']).toSorted(), path).toEqual(types)
    for (const block of found) expect(block['@context']).toBe('https://schema.org')
    const dataset = found.find((block) => block['@type'] === 'Dataset')
    if (dataset) {
      for (const key of ['name', 'description', 'license', 'url'])
        expect(String(dataset[key]).length, `${path} ${key}`).toBeGreaterThan(5)
      for (const { contentUrl } of dataset.distribution as { contentUrl: string }[])
        expect((await request.get(contentUrl)).status(), contentUrl).toBe(200)
    }
  }
  expect(seen.problems).toEqual([])
})

for (const width of [1440, 390])
  test(`at ${width} px: the figures of a GPU are filtered in place, ten of them at first, and all of them without a script`, async ({
    page,
    browser,
    baseURL,
    request,
  }) => {
    const { entries, gpus } = await fetchMatrix(request)
    const counts = gpus.map((_, i) => entries.filter(({ gpu }) => gpu === i))
    const own = counts.reduce((most, one) => (one.length > most.length ? one : most))
    const path = `/gpus/${gpus[own[0]!.gpu]!.id}/`
    const seen = watch(page)
    await page.setViewportSize({ width, height: 900 })
    await page.goto(path)
    await untilLive(page)
    const rows = page.locator('.own-figures tbody tr:visible')
    await expect(rows).toHaveCount(10)
    await expect(page.locator('#index-count')).toHaveText(`${own.length} figures`)
    await page.getByLabel('GPUs').selectOption('1')
    const single = own.filter(({ gpuCount }) => gpuCount === 1).length
    await expect(page.locator('#index-count')).toHaveText(`${single} of ${own.length} figures`)
    await expect(page).toHaveURL(`${path}?gpus=1`)
    await page.getByRole('checkbox', { name: `Show all ${single} figures` }).check()
    await expect(rows).toHaveCount(single)
    await expectFitsEveryWidth(page, 'all figures of a GPU')
    await page.goBack()
    await expect(page.locator('#index-count')).toHaveText(`${own.length} figures`)
    expect(seen.problems).toEqual([])
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
    const plain = await context.newPage()
    await plain.goto(path)
    await expect(plain.locator('.own-figures tbody tr:visible')).toHaveCount(10)
    await plain.getByRole('checkbox', { name: `Show all ${own.length} figures` }).check()
    await expect(plain.locator('.own-figures tbody tr:visible')).toHaveCount(own.length)
    await context.close()
  })

test('on paper the table of a page is whole', async ({ page, request }) => {
  const { entries, models } = await fetchMatrix(request)
  const model = entries[0]!.model
  await page.goto(`/models/${models[model]!.slug}/`)
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.own-figures tbody tr:visible')).toHaveCount(
    entries.filter((entry) => entry.model === model).length,
  )
  await expect(page.locator('#index-form')).toBeHidden()
})
