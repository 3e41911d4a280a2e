import { expect, test } from '@playwright/test'
import { tableFromIPC } from 'apache-arrow'
import { z } from 'zod'
import { axe } from './support/axe.ts'
import { expectFits, fetchMatrix, watch } from './support/site.ts'

/** Documents of version 1, each by an example of it. */
async function exampleDocuments(index: Record<string, Record<string, string>>) {
  const first = (list: string) => Object.values(index[list]!)[0]!
  return { cell: first('cells'), model: first('models'), gpu: first('gpus'), engine: first('engines') }
}

test('the index leads to documents, each of which fits its published schema', async ({ request, baseURL }) => {
  const index = await (await request.get('/api/v1/index.json')).json()
  const matrix = await fetchMatrix(request)
  expect(Object.keys(index.cells)).toHaveLength(matrix.entries.length)
  for (const [name, address] of Object.entries({ index: '/api/v1/index.json', ...(await exampleDocuments(index)) })) {
    const schema = await (await request.get(`/api/v1/schema/${name}.json`)).json()
    const document = await (await request.get(new URL(address, baseURL).pathname)).json()
    const judged = z.fromJSONSchema(schema).safeParse(document)
    expect(judged.error?.issues ?? [], name).toEqual([])
    if (document.page) expect((await request.get(new URL(document.page, baseURL).pathname)).status()).toBe(200)
  }
})

test('a table as CSV holds the rows and columns of the Arrow file', async ({ request }) => {
  const csv = await (await request.get('/api/v1/tables/matrix.csv')).text()
  const arrow = tableFromIPC(await (await request.get('/data/matrix.arrow')).body())
  const lines = csv.trimEnd().split('\r\n')
  expect(lines[0]!.split(',')).toEqual(arrow.schema.fields.map(({ name }) => name))
  expect(lines).toHaveLength(arrow.numRows + 1)
})

test('a badge is an image of its own that says what the page says', async ({ page, request }) => {
  const { entries, models } = await fetchMatrix(request)
  const entry = entries.find(({ figures }) => figures.decode_tps)!
  const svg = await (await request.get(`/badges/${entry.id}.svg`)).text()
  expect(svg).toContain('tok/s')
  expect(svg).not.toMatch(/href|<script|<style/)
  await page.setContent(svg)
  expect(await page.locator('title').textContent()).toContain(models[entry.model]!.name.slice(0, 20))
})

test('feeds, the sitemap and the texts for robots are well formed and lead to pages', async ({ page, request }) => {
  await page.goto('/')
  const parse = (text: string) =>
    page.evaluate((xml) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml')
      const broken = parsed.querySelector('parsererror')?.textContent ?? null
      return {
        broken,
        locations: [...parsed.querySelectorAll('loc')].map((node) => node.textContent),
        items: parsed.querySelectorAll('item').length,
      }
    }, text)
  const feed = await parse(await (await request.get('/feeds/data.xml')).text())
  expect(feed).toMatchObject({ broken: null })
  expect(feed.items).toBeGreaterThan(0)
  expect((await parse(await (await request.get('/feeds/regressions.xml')).text())).broken).toBeNull()
  const map = await parse(await (await request.get('/sitemap.xml')).text())
  expect(map.broken).toBeNull()
  expect(map.locations).toContain('/')
  for (const path of map.locations.filter((_, i) => i % 200 === 0))
    expect((await request.get(path!)).status()).toBe(200)
  // This build does not know its own address, and a sitemap is only valid with a whole one.
  expect(await (await request.get('/robots.txt')).text()).toBe('User-agent: *\nAllow: /\n')
  const links = [...(await (await request.get('/llms.txt')).text()).matchAll(/\]\((.+?)\)/g)].map((match) => match[1]!)
  expect(links.length).toBeGreaterThan(3)
  for (const link of links) expect((await request.get(link)).status(), link).toBe(200)
})

/** The phone last: there axe looks at each page that pages.spec.ts has not. */
const WIDTHS = [1440, 768, 390]
const PAGES = [
  'api',
  'docs',
  'docs/visitors',
  'docs/contributors',
  'docs/operators',
  'docs/privacy',
  'docs/faq',
  'docs/glossary',
]
const JUDGED_ELSEWHERE = ['api', 'docs', 'docs/privacy', 'docs/glossary']

test('the pages for machines and the guides fit every width, and axe finds nothing on a phone', async ({ page }) => {
  const seen = watch(page)
  for (const path of PAGES) {
    await page.goto(`/${path}/`)
    await expect(page.locator('h1')).toHaveCount(1)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await expectFits(page, width, path)
    }
    if (!JUDGED_ELSEWHERE.includes(path)) expect(await axe(page), path).toEqual([])
  }
  expect(seen.problems).toEqual([])
})

test('the menu of the data opens, and closes by Escape, click and focus', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/docs/')
  const head = page.locator('.site-nav summary')
  const menu = page.locator('.site-nav .menu')
  await head.focus()
  await page.keyboard.press('Enter')
  await expect(menu.getByRole('link', { name: 'Documentation' })).toHaveAttribute('aria-current', 'page')
  expect(await axe(page, '.site-head')).toEqual([])
  await page.keyboard.press('Escape')
  await expect(menu).toBeHidden()
  await expect(head).toBeFocused()
  await head.click()
  await page.locator('h1').click({ position: { x: 2, y: 2 } })
  await expect(menu).toBeHidden()
  await head.click()
  await menu.getByRole('link').last().focus()
  await page.keyboard.press('Tab')
  await expect(menu).toBeHidden()
})

test('on a phone the whole menu opens, is within the screen, and closes by Escape and click', async ({ page }) => {
  await page.goto('/docs/')
  const opener = page.getByRole('button', { name: 'Menu' })
  const menu = page.locator('#site-menu')
  for (const width of WIDTHS.filter((one) => one < 896)) {
    await page.setViewportSize({ width, height: 900 })
    await expect(menu).toBeHidden()
    await opener.click()
    await menu.getByText('Data', { exact: true }).click()
    await expect(menu.getByRole('link', { name: 'Documentation' })).toBeVisible()
    const box = (await menu.boundingBox())!
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(await axe(page, '.site-head')).toEqual([])
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
    await opener.click()
    await page.mouse.click(5, 850)
    await expect(menu).toBeHidden()
  }
})

test('the guide to privacy lists every field of the contract', async ({ page }) => {
  const { TelemetryEvent } = await import('../../contracts/telemetry_event.ts')
  await page.goto('/docs/privacy/')
  const listed = await page.getByRole('region', { name: 'Fields of a sample' }).locator('tbody th').allInnerTexts()
  expect(listed).toEqual(Object.keys(TelemetryEvent.shape))
})
