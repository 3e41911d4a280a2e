import { expect, type Locator, type Page, test } from '@playwright/test'
import { tableFromIPC } from 'apache-arrow'
import { decodeQuery } from '../../site/lib/explore/permalink.ts'
import { download, editorOf, expectResult, readRows } from './support/explore.ts'
import { expectFits, watch } from './support/site.ts'

test.use({ hasTouch: true, viewport: { width: 768, height: 1024 } })

const LONG = 'SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3'

const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const queryOf = (page: Page) => decodeQuery(new URL(page.url()).hash)
const isOpen = (summary: Locator) => summary.evaluate((node) => (node.parentElement as HTMLDetailsElement).open)

/** The text area keeps the touch keyboard open while it is written in; the editor takes its place with what was written when it is left. */
async function typeBeforeEditor(page: Page): Promise<void> {
  const fetched = page.waitForResponse(/create_editor/)
  await page.locator('#sql').tap()
  await fetched
  await page.keyboard.type('-- typed on a phone\n')
  await expect(editorOf(page)).toHaveCount(0)
  await run(page).tap()
  await expect(editorOf(page)).toContainText('-- typed on a phone')
  await expectResult(page)
}

/** A question is tapped and run; its rows are turned into a chart and saved. */
async function askQuestion(page: Page, width: number): Promise<void> {
  const question = page.locator('#questions a').nth(width === 390 ? 3 : 1)
  await question.tap()
  await expect(page.locator('#status')).toHaveText('Query filled in. Read it, then press Run.')
  await run(page).tap()
  await expectResult(page)
  expect(`#${new URL(page.url()).hash.slice(1).split('&')[0]}`).toBe(await question.getAttribute('href'))
  const rows = await readRows(page)
  expect(rows.length).toBeGreaterThan(1)
  await page.getByRole('button', { name: 'Chart' }).tap()
  const chart = page.locator('#chart svg[role=img]')
  await expect(chart).toBeVisible()
  await page.getByLabel('Draw').selectOption('dot')
  await expect(page).toHaveURL(/&mark=dot&/)
  await expect(chart.locator('circle, path').first()).toBeAttached()
  await expectFits(page, width, 'a chart')
  await page.getByRole('button', { name: 'Table' }).tap()
  const lines = (await download(page, 'CSV')).toString().trimEnd().split('\r\n')
  expect(lines.length).toBeGreaterThan(rows.length)
  expect(JSON.parse((await download(page, 'JSON')).toString())).toHaveLength(lines.length - 1)
  expect(tableFromIPC(await download(page, 'Arrow')).numRows).toBe(lines.length - 1)
}

/** Heads sort and the pager turns by touch, where the table is wider than the screen too. */
async function sortAndTurn(page: Page): Promise<void> {
  await editorOf(page).fill(
    'SELECT range AS i, repeat(range::VARCHAR, 40) AS wide, 999 - range AS falling FROM range(1000)',
  )
  await run(page).tap()
  await expect(page.locator('#pager-text')).toHaveText('Rows 1–200 of 1,000')
  const head = page.getByRole('columnheader', { name: 'falling' })
  await head.getByRole('button').tap()
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await expect.poll(async () => (await readRows(page))[0]?.[0]).toBe('999')
  await expect(head).toBeInViewport()
  await page.getByRole('button', { name: 'Next rows' }).tap()
  await expect.poll(async () => (await readRows(page))[0]?.[0]).toBe('799')
}

/** A query that is wrong says so; one that is too long is cancelled. */
async function failAndCancel(page: Page): Promise<void> {
  await editorOf(page).fill('SELECT no_such_column FROM matrix')
  await run(page).tap()
  await expect(page.locator('#error')).toContainText('no_such_column')
  await expectFits(page, page.viewportSize()!.width, 'an error')
  await editorOf(page).fill(LONG)
  await run(page).tap()
  await expect(page.locator('#status')).toHaveText('Running the query …')
  await page.getByRole('button', { name: 'Cancel' }).tap()
  await expect(page.locator('#status')).toHaveText('Cancelled.')
}

/** What was run is opened again, and a column is put into a query, both from below the questions. */
async function reopenAndInsert(page: Page, width: number): Promise<void> {
  const history = page.locator('.history > summary')
  if (!(await isOpen(history))) await history.tap()
  await page.locator('#history a', { hasText: 'AS falling' }).first().tap()
  await expect(editorOf(page)).toContainText('AS falling')
  expect(queryOf(page)).toContain('AS falling')
  await expectFits(page, width, 'history')
  await history.tap()
  await editorOf(page).fill('SELECT')
  const fold = page.locator('.fold > summary')
  if (!(await isOpen(fold))) await fold.tap()
  await page.getByLabel('Find a column').fill('tdp')
  await page.locator('#schema [data-table=gpus] [data-insert^=tdp]').first().tap()
  await expect(editorOf(page)).toHaveText(/^SELECT tdp\w*$/)
  await expectFits(page, width, 'columns')
  await page.getByLabel('Find a column').fill('')
  await fold.tap()
}

/** The proposals for a name are within the screen, and a tap takes one. */
async function completeName(page: Page): Promise<void> {
  await editorOf(page).fill('SELECT count(*) FROM ')
  await editorOf(page).press('End')
  await editorOf(page).pressSequentially('regr')
  const proposal = page.locator('.cm-tooltip-autocomplete li', { hasText: 'regressions' })
  await expect(proposal).toBeInViewport({ ratio: 0.9 })
  await proposal.tap()
  await expect(editorOf(page)).toHaveText('SELECT count(*) FROM regressions')
}

test('by touch at 768 and 390 px: ask, sort, turn, chart, save, open again, share; on the phone: fail, cancel, complete', async ({
  page,
  context,
  baseURL,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseURL })
  const seen = watch(page)
  await page.goto('/explore/')
  await typeBeforeEditor(page)
  for (const width of [768, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await askQuestion(page, width)
    await sortAndTurn(page)
    await reopenAndInsert(page, width)
    if (width === 390) await failAndCancel(page)
    if (width === 390) await completeName(page)
    await editorOf(page).fill(`SELECT ${width} AS width`)
    await page.getByRole('button', { name: 'Copy link' }).tap()
    await expect(page.locator('#status')).toContainText('Link copied')
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect(decodeQuery(new URL(link).hash)).toBe(`SELECT ${width} AS width`)
  }
  await page.locator('.history > summary').tap()
  await page.getByRole('button', { name: 'Clear the history' }).tap()
  await expect(page.locator('#history li')).toHaveCount(0)
  expect(seen.problems).toEqual([])
})
