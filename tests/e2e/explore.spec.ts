import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { EXAMPLES } from '../../site/lib/explore_examples.ts'
import { fetchMatrix, watch } from './support/site.ts'

async function loadEngine(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Load the SQL engine|Try again/ }).click()
  await expect(page.locator('#status')).toContainText('Ready', { timeout: 60_000 })
}

async function runQuery(page: Page, sql: string): Promise<string[][]> {
  await page.locator('#sql').fill(sql)
  await page.locator('#sql').press('Control+Enter')
  await expect(page.locator('#status')).toContainText(/\d rows? in \d+ ms/, { timeout: 60_000 })
  const rows = await page.locator('#result tbody tr').all()
  return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()))
}

test('the engine is loaded on request only, from this site only', async ({ page }) => {
  const seen = watch(page)
  const loaded: string[] = []
  page.on('request', (request) => {
    if (/\.wasm|worker|\.arrow/.test(request.url())) loaded.push(request.url())
  })
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  )
  await page.goto('/explore/', { waitUntil: 'networkidle' })
  expect(loaded).toEqual([])
  await loadEngine(page)
  expect(loaded.some((address) => address.endsWith('.wasm'))).toBe(true)
  await expect(page.locator('#load')).toBeHidden()
  expect(await runQuery(page, 'SELECT 6 * 7 AS answer')).toEqual([['42']])
  expect(seen.problems).toEqual([])
})

test('a GROUP BY over all bins gives the medians that the site shows', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  await page.goto('/explore/')
  await loadEngine(page)
  // Mass is published in thousandths: a median may stand at any rank from 0.499 to 0.501, and ties at one half do.
  const example = EXAMPLES.find(({ sql }) => sql.includes('GROUP BY g'))!.sql
  const rollUp = example.replace('0.05 * tw', '0.499 * tw').replace('0.95 * tw', '0.501 * tw')
  const rows = await runQuery(page, rollUp)
  const medians = new Map(rows.map(([id, low, , high]) => [id, [Number(low), Number(high)] as const]))
  const shown = matrix.entries.filter((entry) => entry.figures.decode_tps)
  expect(shown.length).toBeGreaterThan(10)
  for (const { id, figures } of shown) {
    const [low, high] = medians.get(id)!
    const { p50 } = figures.decode_tps!
    // The site's own file has four digits.
    expect(p50, id).toBeGreaterThanOrEqual(low * 0.9995)
    expect(p50, id).toBeLessThanOrEqual(high * 1.0005)
  }
})

test('every example runs', async ({ page }) => {
  const seen = watch(page)
  await page.goto('/explore/')
  await loadEngine(page)
  for (const { title } of EXAMPLES) {
    await page.getByLabel('Example').selectOption({ label: title })
    await page.getByRole('button', { name: 'Run' }).click()
    await expect(page.locator('#status'), title).toContainText(/\d rows? in \d+ ms/, { timeout: 60_000 })
    await expect(page.locator('#error'), title).toBeHidden()
  }
  expect(seen.problems).toEqual([])
})

test('numbers of every width arrive as they are', async ({ page }) => {
  await page.goto('/explore/')
  await loadEngine(page)
  const sql =
    'SELECT 1.25 AS decimal, 2::BIGINT AS big, 3::HUGEINT AS huge, 4.5::FLOAT AS single, [1, 2] AS list, true AS bool'
  expect(await runQuery(page, sql)).toEqual([['1.25', '2', '3', '4.5', '[1,2]', 'true']])
})

test('a wrong query shows the words of DuckDB and an extension is never fetched', async ({ page }) => {
  const seen = watch(page)
  await page.goto('/explore/')
  await loadEngine(page)
  await page.locator('#sql').fill('SELECT * FROM no_such_table')
  await page.getByRole('button', { name: 'Run' }).click()
  await expect(page.locator('#error')).toContainText('no_such_table')
  await page.locator('#sql').fill("SELECT * FROM read_parquet('x.parquet')")
  await page.getByRole('button', { name: 'Run' }).click()
  await expect(page.locator('#error')).toContainText(/parquet/i)
  expect(seen.problems).toEqual([])
})

test('a failed download of the engine says so, and trying again works', async ({ page }) => {
  let broken = true
  await page.route('**/*.wasm', (route) => (broken ? route.fulfill({ status: 503, body: '' }) : route.continue()))
  await page.goto('/explore/')
  await page.getByRole('button', { name: 'Load the SQL engine' }).click()
  await expect(page.locator('#error')).toContainText('503')
  await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled()
  broken = false
  await loadEngine(page)
  await expect(page.locator('#error')).toBeHidden()
})

test('a result can be saved as CSV, without formulas', async ({ page }) => {
  await page.goto('/explore/')
  await loadEngine(page)
  await runQuery(page, `SELECT '=1+1' AS formula, -1.5 AS number, 'a "quoted", value' AS words, NULL AS nothing`)
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ])
  const text = await readFile(await saved.path(), 'utf8')
  expect(text).toBe(`formula,number,words,nothing\r\n'=1+1,-1.5,"a ""quoted"", value",\r\n`)
})

test('an address carries a query', async ({ page }) => {
  await page.goto('/explore/')
  await page.locator('#sql').fill('SELECT 1 + 1 AS "a & b"')
  await page.getByRole('button', { name: 'Link to this query' }).click()
  const address = page.url()
  await page.goto('/methods/')
  await page.goto(address)
  await expect(page.locator('#sql')).toHaveValue('SELECT 1 + 1 AS "a & b"')
})
