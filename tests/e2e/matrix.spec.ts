import { expect, test } from '@playwright/test'
import { buildGrid, buildList } from '../../site/lib/matrix/select.ts'
import { defaultState } from '../../site/lib/matrix/state.ts'
import { fetchMatrix, rowsOf, watch } from './support/site.ts'

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the matrix is there, with figures, units and empty cells', async ({ page, request }) => {
    const matrix = await fetchMatrix(request)
    const grid = buildGrid(matrix, defaultState(matrix))
    await page.goto('/')
    expect(await rowsOf(page)).toBe(grid.rows.length)
    await expect(page.locator('#table td a[title]')).toHaveCount(grid.filled)
    await expect(page.locator('#table td[aria-label="no data"]')).toHaveCount(
      grid.rows.length * grid.gpus.length - grid.filled,
    )
    const title = await page.locator('#table td a[title]').first().getAttribute('title')
    expect(title).toMatch(/tok\/s median · (single value|p25–p75 .+) · n \d+ · .+(curated|community): .+/)
    await expect(page.locator('#filters')).toBeHidden()
  })

  test('+N leads to the same figures on the page of the model', async ({ page }) => {
    await page.goto('/')
    const more = page.locator('a.more').first()
    const target = (await more.getAttribute('href'))!
    await more.click()
    await expect(page).toHaveURL(new RegExp(`${target.split('#')[0]}#`))
    await expect(page.locator(`[id="${target.split('#')[1]}"]`)).toBeVisible()
  })
})

test('a filter changes the table and the address, and the address restores both', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const seen = watch(page)
  await page.goto('/')
  const before = await page.locator('#table').innerText()
  const type = matrix.entries.find((entry) => entry.type !== defaultState(matrix).type && entry.figures.e2e_tps)!.type
  await page.getByLabel('Metric').selectOption('e2e_tps')
  await page.getByLabel('Measurement type').selectOption(type)
  await expect(page).toHaveURL(`/?metric=e2e_tps&type=${type}`)
  await expect(page.locator('#shown')).toContainText('End-to-end speed')
  const after = await page.locator('#table').innerText()
  expect(after).not.toBe(before)
  const expected = buildGrid(matrix, { ...defaultState(matrix), metric: 'e2e_tps', type })
  expect(await rowsOf(page)).toBe(expected.rows.length)

  await page.reload()
  await expect(page.locator('#shown')).toContainText('End-to-end speed')
  expect(await page.locator('#table').innerText()).toBe(after)
  await expect(page.getByLabel('Metric')).toHaveValue('e2e_tps')
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(page).toHaveURL('/')
  expect(await page.locator('#table').innerText()).toBe(before)
  expect(seen.problems).toEqual([])
})

test('searching narrows the models; a search without a result says so', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const state = { ...defaultState(matrix), search: 'llama' }
  await page.goto('/')
  await page.getByLabel('Model', { exact: true }).fill('llama')
  await expect(page).toHaveURL('/?search=llama')
  await expect(page.locator('#table tbody tr')).toHaveCount(buildGrid(matrix, state).rows.length)
  await page.getByLabel('Model', { exact: true }).fill('no such model')
  await expect(page.locator('#table')).toHaveText('No published figure passes these filters.')
})

test('the list sorts by its column heads and keeps the order in the address', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const defaults = defaultState(matrix)
  await page.goto('/')
  await page.getByRole('button', { name: 'List' }).click()
  await expect(page).toHaveURL('/?view=list')
  const names = () => page.locator('#table tbody th').allInnerTexts()
  const expected = (state: Partial<typeof defaults>) =>
    buildList(matrix, { ...defaults, ...state }).map((entry) => matrix.models[entry.model]!.name)
  expect(await names()).toEqual(expected({}))
  await page.getByRole('button', { name: 'Model', exact: true }).click()
  await expect(page.locator('th[aria-sort="ascending"]')).toHaveText('Model')
  expect(await names()).toEqual(expected({ sort: 'model', descending: false }))
  await page.getByRole('button', { name: 'Model', exact: true }).click()
  await expect(page).toHaveURL('/?view=list&sort=-model')
  expect(await names()).toEqual(expected({ sort: 'model', descending: true }))
})

test('+N opens every figure of the cell, by keyboard', async ({ page }) => {
  await page.goto('/')
  const more = page.locator('a.more').first()
  const others = Number((await more.innerText()).replace('+', ''))
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.locator('#more-table tbody tr')).toHaveCount(others + 1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the line under the matrix repeats the figure in focus', async ({ page }) => {
  await page.goto('/')
  const figure = page.locator('#table td a[title]').first()
  await figure.focus()
  await expect(page.locator('#detail')).toHaveText((await figure.getAttribute('title'))!)
})

test('figures that cannot be loaded leave the table and say so', async ({ page }) => {
  await page.route('**/matrix.json', (route) => route.abort())
  await page.goto('/')
  const rows = await rowsOf(page)
  await page.getByLabel('Metric').selectOption('ttft_ms')
  await expect(page.locator('#shown')).toContainText('could not be loaded')
  expect(await rowsOf(page)).toBe(rows)
})

test('a metric that depends on the prompt size says where it is rolled up', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const rolledUp = matrix.entries.find((entry) => entry.figures.ttft_ms && entry.buckets.length > 1)!
  await page.goto(`/?metric=ttft_ms&type=${rolledUp.type}&source=${rolledUp.source}`)
  await expect(page.locator('#metric-note')).toContainText('depends on the prompt size')
  await expect(page.locator('#table td small', { hasText: 'prompt sizes' }).first()).toBeVisible()
})
