import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { tableFromIPC } from 'apache-arrow'
import type { ServingRow } from '../../contracts/tables.ts'
import { decodeQuery } from '../../site/lib/explore/permalink.ts'
import { formatUsd } from '../../site/lib/format.ts'
import { axe } from './support/axe.ts'
import { readCsv } from './support/read_csv.ts'
import { runSql } from './support/run_sql.ts'
import { expectFits, watch } from './support/site.ts'
import { visitor } from './support/visitor.ts'

const WIDTHS = [1440, 390]
/** The cheapest option. */
const FIRST = '.options tbody tr.first'
const number = (text: string | undefined) => Number(text!.replaceAll(',', ''))

/** The published rows about a model, by the end of its id. */
async function publishedRows(page: Page, model: string): Promise<ServingRow[]> {
  const bytes = await (await page.request.get('/data/serving.arrow')).body()
  const rows = tableFromIPC(bytes).toArray() as unknown as { toJSON(): ServingRow }[]
  return rows.map((row) => row.toJSON()).filter(({ model_id }) => model_id.endsWith(model))
}

/** The value of a cell of a row, without what is small below it. */
const cellOf = (page: Page, label: string) =>
  page
    .locator(`${FIRST} [data-label="${label}"]`)
    .first()
    .evaluate((cell) => cell.firstChild!.textContent!)

for (const width of WIDTHS) {
  test(`at ${width} px, what serves a 70B model to 50 users within 1 s at 20 tok/s, as published`, async ({ page }) => {
    const seen = watch(page)
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/serving/')
    const { act } = visitor(page)
    await act(page.getByLabel('Model').selectOption('meta-llama--llama-3.1-70b-instruct'))
    await act(page.getByLabel('Users', { exact: true }).fill('50'))
    await act(page.getByLabel('First token within').fill('1000'))
    await act(page.getByLabel('tok/s per user, at least').fill('20'))
    const head = page.locator('.answer-head').first()
    await expect(head).toContainText(/^Cheapest for 50 users: /)
    const [, gpu, count, hour, million] =
      /: (.+?)(?: ×(\d+))? with .*: ([\d.,]+) USD\/h, ([\d.,]+) USD per 1M output tokens\.$/.exec(
        await head.innerText(),
      )!
    const service = await page.locator('.answer-service').innerText()
    const [low, high] = /measured loads of (\d+) and (\d+) users/.exec(service)!.slice(1).map(Number)
    const id = await page.locator(`${FIRST} th a`).first().getAttribute('href')
    const rows = (await publishedRows(page, 'Llama-3.1-70B-Instruct')).filter(
      (row) => id!.includes(`/${row.gpu_id}/`) && row.gpu_count === Number(count ?? 1),
    )
    // Both loads around 50 were measured within the limits, and the cost lies between those of their throughputs.
    const costs = [low, high].map((users) => {
      const held = rows.filter(
        ({ concurrency_p50: c, ttft_ms_p50: t, decode_tps_p50: d }) => c === users && t! <= 1000 && d! >= 20,
      )
      expect(held.length, `${gpu} at ${users} users`).toBeGreaterThan(0)
      return held.map(({ output_tps_p50 }) => (number(hour) * 1e6) / (3600 * output_tps_p50))
    })
    expect(number(million)).toBeLessThan(Math.max(...costs.flat()) * 1.01)
    expect(number(million)).toBeGreaterThan(Math.min(...costs.flat()) * 0.99)
    expect(await cellOf(page, 'USD per hour')).toBe(hour)
    await expectFits(page, width)
    expect(seen.problems).toEqual([])
  })

  test(`at ${width} px, the energy per token of gpt-oss-20b, from measured power`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/serving/')
    await visitor(page).act(page.getByLabel('Model').selectOption('openai--gpt-oss-20b'))
    const head = page.locator('#energy .answer-head')
    await expect(head).toContainText('gpt-oss-20b')
    const joules = (await publishedRows(page, '/gpt-oss-20b')).flatMap(({ power_p50_w, output_tps_p50 }) =>
      power_p50_w === null ? [] : [power_p50_w / output_tps_p50],
    )
    const least = number(/: ([\d.]+) J/.exec(await head.innerText())![1])
    expect(least / Math.min(...joules)).toBeCloseTo(1, 2)
    await expect(page.locator('#energy')).toContainText('Board power of all GPUs')
  })
}

test('own prices and use follow the formula, and a quote is compared; all of it is in the address, Reset undoes it', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/serving/')
  await page.getByText('Prices, use and a hosted API', { exact: true }).click()
  const before = number(await cellOf(page, 'USD per 1M output'))
  const hour = number(await cellOf(page, 'USD per hour'))
  const first = await page.locator(`${FIRST} th`).first().textContent()
  await page.getByLabel('Share of the time in use').fill('50')
  await expect(page).toHaveURL(/use=50/)
  await expect.poll(async () => number(await cellOf(page, 'USD per 1M output')) / before).toBeCloseTo(2, 1)
  await page.getByLabel('API price, output').fill('3')
  await page.getByLabel('API batch discount').fill('50')
  await expect(page.locator('#hosted')).toContainText('1.50 USD per 1M output tokens')
  await page.getByLabel('Own price per GPU').fill('1.5')
  await expect(page).toHaveURL(/price=1.5/)
  await page.reload()
  await expect(page.locator('.options tbody tr').first()).toContainText('your own price')
  await expect(page.getByLabel('Own price per GPU')).toHaveValue('1.5')
  await page.getByText('Prices, use and a hosted API', { exact: true }).click()
  await page.getByRole('button', { name: 'Reset limits and prices' }).click()
  await expect(page).toHaveURL('/serving/')
  await expect(page.locator(`${FIRST} th`).first()).toHaveText(first!)
  await expect.poll(async () => number(await cellOf(page, 'USD per hour'))).toBe(hour)
})

test('an answer as CSV and SQL; Back undoes a change, and what is typed into a field is one', async ({
  page,
  request,
}) => {
  await page.goto('/serving/?model=meta-llama--llama-3.1-70b-instruct')
  await page.locator('[data-island][data-live]').waitFor({ state: 'attached' })
  const head = page.locator('.answer-head').first()
  await expect(head).toContainText('50 users')
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
  const [heads, ...rows] = readCsv(readFileSync((await saved.path())!, 'utf8'))
  const csv = Object.fromEntries(heads!.map((name, i) => [name, rows[0]![i]]))
  expect(rows.length).toBe(await page.locator('.options tbody tr').count())
  expect(formatUsd(Number(csv.usd_per_million_output))).toBe(await cellOf(page, 'USD per 1M output'))
  expect(csv).toMatchObject({ model: 'meta-llama--llama-3.1-70b-instruct', machines: '1', users_of_a_machine: '50' })
  const query = (await page.getByRole('link', { name: 'SQL', exact: true }).getAttribute('href'))!
  const table = async (name: string) => (await request.get(`/data/${name}.arrow`)).body()
  const files = { serving: await table('serving'), models: await table('models') }
  const measured = await runSql(decodeQuery(query.slice(query.indexOf('#')))!, files)
  expect(measured.map(({ gpu_id, gpu_count }) => `${gpu_id} ${gpu_count}`)).toContain(`${csv.gpu} ${csv.gpu_count}`)
  await page.getByLabel('Users', { exact: true }).fill('')
  await page.getByLabel('Users', { exact: true }).pressSequentially('123')
  await expect(head).toContainText('123 users')
  await page.getByLabel('Model').selectOption('openai--gpt-oss-20b')
  await expect(page.locator('#energy .answer-head')).toContainText('gpt-oss-20b')
  await page.goBack()
  await expect(head).toContainText('123 users')
  await page.goBack()
  await expect(head).toContainText('50 users')
  await expect(page).toHaveURL('/serving/?model=meta-llama--llama-3.1-70b-instruct')
})

test('the curve: a pointer or an arrow key names a point, with what the table says of it', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/serving/')
  const note = page.locator('.curve-note')
  await expect(note).toHaveText('Hover or use arrow keys for details.')
  await page.locator('[data-island][data-live]').waitFor({ state: 'attached' })
  await page.locator('.curve').press('ArrowLeft')
  const fastest = page.locator('.loads').first().locator('tbody tr').first()
  await expect(note).toContainText(
    `${await fastest
      .locator('td')
      .nth(1)
      .evaluate((cell) => cell.firstChild!.textContent)} tok/s per user`,
  )
  await page.locator('.curve').press('ArrowLeft')
  const said = await note.innerText()
  await page.locator('.load-curve.wide .is-optimal').first().hover()
  await expect(note).not.toHaveText(said)
  expect(await axe(page, '.curve-section')).toEqual([])
})

test('what nothing holds, or nothing has measured, says so and leads on; so does an address that is not known', async ({
  page,
}) => {
  await page.goto('/serving/?ttft=1&tps=5000')
  await expect(page.locator('.answer-head').first()).toContainText(/^No measured configuration .* Closest: /)
  await page.getByRole('link', { name: 'Show what was measured, without limits' }).click()
  await expect(page.locator('.options tbody tr').first()).toBeVisible()
  await page.goto('/serving/?model=no-such-model')
  await expect(page.locator('#answer .note')).toContainText('“no-such-model”')
  await page.goto('/serving/?size=le9.le9')
  await expect(page.locator('#answer .note')).toContainText('“le9.le9”')
})

test('the old address of costs leads here with its question; without JavaScript too, where the default answer stands', async ({
  page,
  browser,
  baseURL,
}) => {
  await page.goto('/cost/?model=meta-llama--llama-2-70b-hf&type=batched_offline&price=2')
  await expect(page).toHaveURL(/\/serving\/\?model=meta-llama--llama-2-70b-hf&type=batched_offline&price=2/)
  await expect(page.locator('#answer')).toContainText('offline batch')
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL })
  const plain = await context.newPage()
  await plain.goto('/cost/')
  await expect(plain).toHaveURL('/serving/')
  await expect(plain.locator('.answer-head').first()).toContainText('50 users')
  await expect(plain.locator('.load-curve:visible')).toHaveCount(1)
  await expect(plain.locator('#ask')).toBeHidden()
  await context.close()
})
