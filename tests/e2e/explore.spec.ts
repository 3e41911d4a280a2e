import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { tableFromIPC } from 'apache-arrow'
import { SKETCH_RELATIVE_ERROR } from '../../contracts/metrics.ts'
import { makeExamples } from '../../site/lib/explore/examples.ts'
import { explorePath } from '../../site/lib/explore/permalink.ts'
import { axe } from './support/axe.ts'
import { download, editorOf, expectResult, failQuery, readRows, runQuery, writeQuery } from './support/explore.ts'
import { expectFits, fetchMatrix, watch } from './support/site.ts'

// One page for all of them: the engine starts once.
test.describe.configure({ mode: 'serial' })

const WIDTHS = [1440, 768, 390]
let context: BrowserContext
let page: Page
let seen: { problems: string[] }
const requests: string[] = []

test.beforeAll(async ({ browser, baseURL }) => {
  context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  page = await context.newPage()
  seen = watch(page)
  // Chromium asks for the icon again whenever the fragment changes.
  page.on('request', (request) => request.url().endsWith('/icon.svg') || requests.push(request.url()))
})
// A breach of the content security policy is an error in the console.
test.afterEach(() => expect(seen.problems).toEqual([]))
test.afterAll(() => context.close())

/** Checks of a state: at every width nothing is wider than the screen, and nothing for axe at one of them. */
async function expectSound(state: string, axeWidth = 390): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expectFits(page, width, `${state}, ${width}`)
    if (width !== axeWidth) continue
    const found = await axe(page, 'main')
    expect.soft(found, `${state}, ${width}`).toEqual([])
  }
  await page.setViewportSize({ width: WIDTHS[0]!, height: 900 })
}

test('editor and engine are fetched on intent only; a text area is there before', async () => {
  await page.goto('/explore/', { waitUntil: 'networkidle' })
  const isHeavy = (address: string) => /\.wasm|worker|\.arrow|create_editor|engine\./.test(address)
  expect(requests.filter(isHeavy)).toEqual([])
  await expect(page.locator('#sql')).toHaveValue(/^SELECT/)
  await page.locator('#code').hover()
  await expect(editorOf(page)).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'SQL query' })).toHaveClass(/cm-content/)
  expect(requests.some((address) => address.includes('create_editor'))).toBe(true)
  expect(requests.some((address) => address.includes('.wasm'))).toBe(false)
  await editorOf(page).focus()
  await expect.poll(() => requests.some((address) => address.endsWith('.wasm'))).toBe(true)
})

test('a query that is run before the engine is there waits for it, and shows its progress in bytes', async () => {
  await writeQuery(page, 'SELECT 6 * 7 AS answer')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#progress-text')).toHaveText(/^[\d.]+ (k|M)?B of 35\.0 MB$/)
  await expectResult(page)
  expect(await readRows(page)).toEqual([['42']])
  await expect(page.locator('#loading')).toBeHidden()
})

test('every question fills the editor, waits for Run, and has an answer', async () => {
  const links = page.locator('#questions a')
  expect(await links.count()).toBe(makeExamples({ modelId: '', matrixId: '' }).length)
  for (const link of await links.all()) {
    await link.click()
    const title = await link.locator('b').innerText()
    await expect(page.locator('#status')).toHaveText('Query filled in. Read it, then press Run.')
    await expect(link).toHaveAttribute('aria-current', 'true')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expectResult(page)
    const rows = await readRows(page)
    // No community figures, no regressions: an empty table is the true answer then.
    if (title !== 'Which updates made it slower?') expect(rows.length, title).toBeGreaterThan(0)
    await expect(page.locator('#problem'), title).toBeHidden()
  }
  await writeQuery(page, 'SELECT 1')
  await links.last().click()
  await expect(editorOf(page)).toContainText('configurations')
})

test('the percentiles of all bins are the medians that the site shows, within the error of the sketch', async ({
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const example = makeExamples({ modelId: '', matrixId: '' }).find(({ sql }) => sql.includes('FROM c GROUP BY g'))!.sql
  // Mass is published in thousandths: a median may stand at any rank from 0.499 to 0.501, and ties at one half do.
  await runQuery(page, example.replace('0.05 * tw', '0.499 * tw').replace('0.95 * tw', '0.501 * tw'))
  const rows = tableFromIPC(await download(page, 'Arrow')).toArray() as Record<string, unknown>[]
  const medians = new Map(rows.map((row) => [row.matrix_id, [Number(row.p5_tok_s), Number(row.p95_tok_s)] as const]))
  const shown = matrix.entries.filter((entry) => entry.figures.decode_tps)
  expect(shown.length).toBeGreaterThan(10)
  for (const { id, figures } of shown) {
    const [low, high] = medians.get(id)!
    // Curated medians are exact, bins are off by no more than the error of the sketch, a share of the true value; the site's own file has five digits.
    expect(figures.decode_tps!.p50, id).toBeGreaterThanOrEqual((low / (1 + SKETCH_RELATIVE_ERROR)) * 0.9999)
    expect(figures.decode_tps!.p50, id).toBeLessThanOrEqual((high / (1 - SKETCH_RELATIVE_ERROR)) * 1.0001)
  }
})

test('values of every type arrive as they are, in the page and in each download', async () => {
  const rows = await runQuery(
    page,
    `SELECT 1.25 AS "decimal", 2::BIGINT AS big, 3::HUGEINT AS huge, 4.5::FLOAT AS single, [1, 2] AS list, true AS bool,
            DATE '2026-11-24' AS day, TIMESTAMP '2026-11-24 10:00:00' AS moment, NULL AS nothing, {'a': 1} AS struct,
            '=1+1' AS formula, 'a "quoted", <b>value</b>' AS words, 9007199254740993 AS precise`,
  )
  const words = 'a "quoted", <b>value</b>'
  const day = '2026-11-24'
  const moment = '2026-11-24T10:00:00.000Z'
  expect(rows).toEqual([
    ['1.25', '2', '3', '4.5', '[1,2]', 'true', day, moment, '–', '{"a":1}', '=1+1', words, '9007199254740993'],
  ])
  await expect(page.locator('#result b')).toHaveCount(0)
  const csv = (await download(page, 'CSV')).toString()
  expect(csv).toBe(
    `decimal,big,huge,single,list,bool,day,moment,nothing,struct,formula,words,precise\r\n` +
      `1.25,2,3,4.5,"[1,2]",true,${day},${moment},,"{""a"":1}",'=1+1,"a ""quoted"", <b>value</b>",9007199254740993\r\n`,
  )
  const [json] = JSON.parse((await download(page, 'JSON')).toString()) as Record<string, unknown>[]
  expect(json).toMatchObject({ decimal: 1.25, big: 2, nothing: null, formula: '=1+1', precise: '9007199254740993' })
  const arrow = tableFromIPC(await download(page, 'Arrow'))
  expect([arrow.numRows, arrow.schema.names.length]).toEqual([1, 13])
})

test('an error shows the words of DuckDB and marks its line; nothing is fetched or read from elsewhere', async () => {
  const words = await failQuery(page, 'SELECT model_id,\n       no_such_column\nFROM matrix')
  expect(words).toContain('no_such_column')
  expect(words).toMatch(/LINE 2:.*\n\s*\^/)
  await expect(page.locator('.cm-line.cm-wrong')).toHaveText('       no_such_column')
  await expectSound('an error')
  requests.length = 0
  expect(await failQuery(page, "SELECT * FROM read_parquet('x.parquet')")).toMatch(/parquet/i)
  expect(await failQuery(page, "SELECT * FROM 'https://example.org/x.csv'")).toMatch(/disabled|external|permission/i)
  expect(await failQuery(page, 'SET enable_external_access = true; SELECT 1')).toMatch(/external_access/)
  expect(requests).toEqual([])
})

test('a long query is cancelled and the engine goes on', async () => {
  await writeQuery(page, 'SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3')
  await editorOf(page).press('Control+Enter')
  await expect(page.locator('#status')).toHaveText('Running the query …')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.locator('#status')).toHaveText('Cancelled.')
  requests.length = 0
  expect(await runQuery(page, 'SELECT 1 AS one')).toEqual([['1']])
  expect(requests).toEqual([])
})

test('a query that does not stop by itself takes its engine with it; the next one gets a new engine without a download', async () => {
  // One call of one function: nothing to interrupt in between.
  await writeQuery(page, 'SELECT list_sum(list_transform(range(8000000), x -> length(sha256(x::VARCHAR))))')
  await editorOf(page).press('Control+Enter')
  await expect(page.locator('#status')).toHaveText('Running the query …')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.locator('#status')).toContainText('the engine was stopped')
  requests.length = 0
  expect(await runQuery(page, 'SELECT 1 AS one')).toEqual([['1']])
  expect(requests.filter((address) => !address.startsWith('blob:'))).toEqual([])
})

test('a large result is shown page by page, and downloaded whole', async () => {
  await runQuery(page, 'SELECT range AS i FROM range(100000)')
  await expect(page.locator('#pager-text')).toHaveText('Rows 1–200 of 100,000')
  await page.getByRole('button', { name: 'Next rows' }).click()
  await expect(page.locator('#pager-text')).toHaveText('Rows 201–400 of 100,000')
  expect((await readRows(page))[0]).toEqual(['200'])
  await expect(page.getByRole('button', { name: 'Previous rows' })).toBeEnabled()
  expect((await download(page, 'CSV')).toString().split('\r\n')).toHaveLength(100_002)
  await expectSound('a table')
})

test('a result is sorted whole by its heads, by click and by Enter, at every width', async () => {
  // 7919 and 1,000 have no common divisor: every number from 0 to 999 comes once, and one NULL.
  const sql = 'SELECT CASE WHEN range < 1000 THEN range * 7919 % 1000 END AS i, range AS at FROM range(1001)'
  await runQuery(page, sql)
  const first = async () => (await readRows(page))[0]
  const head = page.getByRole('columnheader', { name: 'i', exact: true })
  const button = head.getByRole('button')
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    await expect(head).not.toHaveAttribute('aria-sort')
    expect(await first()).toEqual(['0', '0'])
    await button.click()
    await expect(head).toHaveAttribute('aria-sort', 'ascending')
    expect((await readRows(page)).map(([i]) => Number(i))).toEqual(Array.from({ length: 200 }, (_, i) => i))
    await page.getByRole('button', { name: 'Next rows' }).click()
    expect((await first())![0]).toBe('200')
    await button.focus()
    await page.keyboard.press('Enter')
    await expect(head).toHaveAttribute('aria-sort', 'descending')
    await expect(button).toBeFocused()
    await expect(page.locator('#pager-text')).toHaveText('Rows 1–200 of 1,001')
    expect((await first())![0]).toBe('999')
    expect(page.url()).toMatch(/&sort=i\.desc$/)
    for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Next rows' }).click()
    expect(await readRows(page)).toEqual([['–', '1000']])
    if (width === 390) await expectSound('a sorted table')
    else {
      await button.click()
      expect(page.url()).not.toContain('sort=')
    }
  }
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(first).toEqual(['999', expect.anything()])
  await runQuery(page, `${sql} LIMIT 2`)
  expect(await readRows(page)).toEqual([
    ['0', '0'],
    ['919', '1'],
  ])
  expect(page.url()).not.toContain('sort=')
})

test('on paper: the query that gave the result, how many rows, the result, and no controls', async () => {
  await runQuery(page, 'SELECT range AS i, range * range AS square FROM range(500)')
  await writeQuery(page, 'SELECT something else')
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('#printed')).toHaveText('SELECT range AS i, range * range AS square FROM range(500)')
  for (const kept of ['#printed', '#status', '#pager-text', '#result tbody tr:nth-child(200)'])
    await expect(page.locator(kept), kept).toBeVisible()
  await expect(page.locator('#result')).toHaveCSS('overflow-y', 'visible')
  const controls = page.locator(
    'main :is(button:not([data-sort]), select, input, textarea, summary, .library, #code, .lead)',
  )
  expect(await controls.count()).toBeGreaterThan(20)
  await expect(controls.filter({ visible: true })).toHaveCount(0)
  await page.evaluate(() => document.getElementById('as-chart')!.click())
  await expect(page.locator('#chart svg[role=img]')).toBeVisible()
  await expect(page.locator('#chart-form')).toBeHidden()
  await page.emulateMedia({ media: null })
  await expect(page.locator('#printed')).toBeHidden()
  await page.getByRole('button', { name: 'Table' }).click()
})

test('a chart of the result: proposed, chosen, kept in the address', async () => {
  await runQuery(
    page,
    `SELECT * FROM (VALUES ('a', 1, 10.0), ('b', 2, 20.0), ('b', 3, 15.0)) t (label, n, median_tok_s)`,
  )
  await page.getByRole('button', { name: 'Chart' }).click()
  const chart = page.locator('#chart svg[role=img]')
  await expect(chart.locator('> title')).toHaveText('label against median_tok_s (tok/s): 3 rows')
  await expect(chart.locator('[aria-label]')).toHaveCount(0)
  // A label with two rows: dots, since bars would hide each other.
  await expect(page.getByLabel('Draw')).toHaveValue('dot')
  await page.getByLabel('Across', { exact: true }).selectOption('n')
  await page.getByLabel('Up', { exact: true }).selectOption('median_tok_s')
  await page.getByLabel('Colour').selectOption('label')
  await page.getByLabel('Draw').selectOption('line')
  await expect(chart.locator('> title')).toHaveText('median_tok_s (tok/s) against n, by label: 3 rows')
  await expect(page.locator('.legend-series')).toHaveText('labelab')
  expect(page.url()).toMatch(/#q=[\w-]+&mark=line&x=n&y=median_tok_s&colour=label$/)
  await expectSound('a chart')
  const address = page.url()
  await page.getByRole('button', { name: 'Table' }).click()
  expect(page.url()).not.toContain('mark=')
  await page.goto(address)
  await expect(page.locator('#status')).toHaveText('Query filled in. Read it, then press Run.')
})

test('a link fills the editor and does not run; history keeps what was run', async () => {
  requests.length = 0
  await page.goto(`/${explorePath('SELECT 1 + 1 AS "a & b"')}`)
  await page.reload()
  await expect(page.locator('#sql')).toHaveValue('SELECT 1 + 1 AS "a & b"')
  expect(requests.filter((address) => /\.wasm/.test(address))).toEqual([])
  await page.locator('.history > summary').click()
  await expect(page.locator('#history-count')).toHaveText(/^\d+ queries$/)
  await page.locator('#history a', { hasText: 'range(100000)' }).first().click()
  await expect(page.locator('#sql')).toHaveValue('SELECT range AS i FROM range(100000)')
  await expectSound('history')
  await page.getByRole('button', { name: 'Clear the history' }).click()
  await expect(page.locator('#history li')).toHaveCount(0)
  expect(await page.evaluate(() => localStorage.getItem('explore-history'))).toBeNull()
})

test('a second visit fetches no engine: it is kept in the browser, though the server forbids that', async () => {
  requests.length = 0
  await page.locator('#code').hover()
  await editorOf(page).focus()
  await expect(page.locator('#status')).toHaveText('The engine is ready.')
  await expect(page.locator('#loading')).toBeHidden()
  expect(await runQuery(page, 'SELECT 2 AS two')).toEqual([['2']])
  expect(requests.filter((address) => /\.wasm|\.worker/.test(address) && !address.startsWith('blob:'))).toEqual([])
})

test('names are completed and inserted; the keyboard gets in and out', async () => {
  await writeQuery(page, 'SELECT  FROM matrix')
  await editorOf(page).press('Home')
  for (let i = 0; i < 7; i++) await editorOf(page).press('ArrowRight')
  await editorOf(page).pressSequentially('gpu_c')
  await expect(page.locator('.cm-tooltip-autocomplete [aria-selected]')).toContainText('gpu_count')
  await expectSound('completion', 1440)
  await editorOf(page).press('Enter')
  await expect(editorOf(page)).toHaveText('SELECT gpu_count FROM matrix')
  await page.locator('#schema [data-table=matrix] summary').focus()
  await page.keyboard.press('Enter')
  const column = page.locator('#schema [data-table=matrix] [data-insert=gpu_id]')
  await column.focus()
  await page.keyboard.press('Enter')
  await expect(editorOf(page)).toHaveText('SELECT gpu_count, gpu_id FROM matrix')
  await page.getByLabel('Find a column').fill('hodges')
  await expect(page.locator('#schema li:visible')).toHaveCount(1)
  await expect(page.locator('#schema li:visible')).toContainText('effect')
  await expectSound('a search', 1440)
  await page.getByLabel('Find a column').fill('')
  await editorOf(page).focus()
  await page.keyboard.press('Tab')
  await expect(editorOf(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeFocused()
})
