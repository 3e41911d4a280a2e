import { expect, type Locator, type Page, test } from '@playwright/test'
import { buildGrid, sortList } from '../../site/lib/matrix/select.ts'
import { defaultState, type MatrixState } from '../../site/lib/matrix/state.ts'
import { axe, COLOUR_RULES, keepFewRows } from './support/axe.ts'
import { readShifts, recordShifts } from './support/shifts.ts'
import { fetchMatrix, untilLive, watch } from './support/site.ts'

/** All that the matrix does, on a wide screen. What is other on narrow ones is in matrix_narrow.spec.ts. */
const VIEWPORT = { width: 1440, height: 900 }
test.use({ viewport: VIEWPORT })

const figures = (page: Page): Locator => page.locator('#table td[data-at] > a:first-child')
const extent = (page: Page): Locator => page.locator('#extent')
/** Radios and boxes lie transparent over what is drawn. */
const choose = (page: Page, name: string) => page.getByRole('radio', { name }).check()

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the matrix is there, with figures, units, sources and empty cells, and no dead controls', async ({
    page,
    request,
  }) => {
    const matrix = await fetchMatrix(request)
    const grid = buildGrid(matrix, defaultState(matrix))
    await page.goto('/')
    const rows = await page.locator('#table tbody tr').count()
    expect(rows).toBe(Math.min(20, grid.models.length))
    await expect(page.locator('#table tbody td')).toHaveCount(rows * grid.gpus.length)
    await expect(page.locator('#table td[aria-label="no data"]').first()).toHaveText('·')
    const title = await figures(page).first().getAttribute('title')
    expect(title).toMatch(/tok\/s median · (single value|p25–p75 .+) · n \d+ · .+(curated|community): .+/)
    for (const gone of ['#filters', '.tools', '.pin', '#detail']) await expect(page.locator(gone).first()).toBeHidden()
    await expect(page.getByRole('link', { name: 'models', exact: true }).first()).toBeVisible()
    // +N leads to the same figures on the page of the model.
    const more = page.locator('a.more').first()
    const target = (await more.getAttribute('href'))!
    await more.click()
    await expect(page).toHaveURL(new RegExp(`${target.split('#')[0]}#`))
  })
})

test('the answer is above the fold, nothing is wider than the screen, and nothing moves while it loads and is pointed at', async ({
  page,
}) => {
  const seen = watch(page)
  await recordShifts(page)
  await page.goto('/', { waitUntil: 'networkidle' })
  const box = (await page.locator('.answer-bars .speed a').nth(2).boundingBox())!
  expect(box.y + box.height).toBeLessThan(VIEWPORT.height)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(VIEWPORT.width)
  for (const i of [0, 3, 5]) await figures(page).nth(i).hover()
  expect(await readShifts(page)).toEqual([])
  expect(seen.problems).toEqual([])
})

test('what matters and the workload change the table and the address, which restores both; a model gives the list of its GPUs', async ({
  page,
  request,
}) => {
  const matrix = await fetchMatrix(request)
  await page.goto('/')
  const before = await page.locator('#table').innerText()
  await choose(page, 'First token')
  await expect(page).toHaveURL('/?metric=ttft_ms')
  await choose(page, 'Batch')
  await expect(page).toHaveURL('/?metric=ttft_ms&type=batched_offline')
  const state: MatrixState = { ...defaultState(matrix), metric: 'ttft_ms', type: 'batched_offline' }
  const grid = buildGrid(matrix, state)
  await expect(extent(page)).toContainText(`${grid.entries.length} figures`)
  // The precision follows the values by a moment.
  await expect(page.locator('#table td small').first()).toBeVisible()
  const after = await page.locator('#table').innerText()
  expect(after).not.toBe(before)
  expect(after).toContain(' ms')
  await page.reload()
  await expect(extent(page)).toContainText(`${grid.entries.length} figures`)
  await expect.poll(() => page.locator('#table').innerText()).toBe(after)
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(page).toHaveURL('/')

  // The GPUs of a model, best first, with spread, factor and axis.
  const model = matrix.models[buildGrid(matrix, defaultState(matrix)).models[0]!]!
  await page.getByLabel('Model', { exact: true }).fill(model.name)
  const searched = { ...defaultState(matrix), search: model.name }
  const expected = sortList(matrix, searched, buildGrid(matrix, searched).entries)
  await expect(page.locator('.figure-list tbody tr')).toHaveCount(Math.min(24, expected.length))
  const names = await page.locator('.figure-list tbody [data-label=GPU] a').allInnerTexts()
  expect(names).toEqual(expected.slice(0, 24).map((entry) => matrix.gpus[entry.gpu]!.name))
  await expect(page.locator('.figure-list .range-bar').first()).toBeVisible()
  await expect(page.locator('.figure-list [data-label=Relative]').first()).toHaveText(/best|×/)
  await expect(page.locator('.ticks text').first()).toHaveText('0')

  // A search without a result says so and offers a way out.
  await page.getByLabel('Model', { exact: true }).fill('no such model')
  await expect(page.locator('#table')).toHaveText('No published figure passes these filters.')
  expect(await axe(page, '#shown')).toEqual([])
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(figures(page).first()).toBeVisible()
})

test('my hardware keeps that GPU; 24 GB keeps what ran in 24 GB, and the CSV holds every figure that is shown', async ({
  page,
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const { id, name } = matrix.gpus[buildGrid(matrix, defaultState(matrix)).gpus[0]!]!
  await page.goto('/')
  await page.getByLabel('My hardware').selectOption({ label: name })
  await expect(page).toHaveURL(`/?gpu=${id}`)
  await expect(extent(page)).toContainText('× 1 GPU')
  await page.getByLabel('My hardware').selectOption('')
  await page.getByRole('checkbox', { name: 'Ran in 24 GB' }).check()
  await expect(page).toHaveURL('/?memory=24')
  await expect(page.getByLabel('My hardware')).toHaveValue('memory:24')
  const fits = buildGrid(matrix, { ...defaultState(matrix), memory: '24' })
  await expect(extent(page)).toContainText(`${fits.entries.length} figures`)
  const waiting = page.waitForEvent('download')
  await page.locator('#csv').click()
  const download = await waiting
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n')
  expect(lines).toHaveLength(fits.entries.length + 1)
  expect(lines[0]).toContain('tok/s')
})

test('several values of a further filter add up, with their counts', async ({ page }) => {
  await page.goto('/')
  await expect(page.locator('#facets')).toBeHidden()
  await page.getByRole('button', { name: /More filters/ }).click()
  const counts: number[] = []
  for (const name of ['llama.cpp', 'vLLM']) {
    const engines = page.locator('#facets fieldset:has(legend:text-is("Engine"))')
    const option = engines.locator('label', { hasText: new RegExp(`^${name.replace('.', '\\.')}`) })
    counts.push(Number((await option.locator('small').innerText()).replace(',', '')))
    await option.getByRole('checkbox').check()
  }
  await expect(page).toHaveURL('/?engine=vllm&engine=llama.cpp')
  await expect(extent(page)).toContainText(`${counts[0]! + counts[1]!} figures`)
  await expect(page.getByRole('button', { name: /More filters/ })).toContainText('(1)')
  await keepFewRows(page)
  expect(await axe(page, '#filters')).toEqual([])
})

test('+N opens every figure of the cell, by keyboard', async ({ page }) => {
  await page.goto('/')
  await untilLive(page)
  const more = page.locator('a.more:visible').first()
  const others = Number((await more.innerText()).replace('+', ''))
  await more.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.locator('#more-table tbody tr')).toHaveCount(others + 1)
  await keepFewRows(page)
  expect(await axe(page, '#more')).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the theme is chosen, kept, and there before the first paint', async ({ page }) => {
  await page.goto('/')
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await colour()
  await page.getByRole('button', { name: /^Theme: as the system/ }).click()
  await page.getByRole('button', { name: /^Theme: light/ }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect.poll(colour).not.toBe(light)
  await page.goto('/models/', { waitUntil: 'commit' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('button', { name: /^Theme: dark/ }).click()
  expect(await page.evaluate(() => localStorage.length)).toBe(0)
  await expect.poll(colour).toBe(light)
})

test('another GPU is the baseline: pinned in the matrix, chosen on a phone, released again', async ({
  page,
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const { id, name } = matrix.gpus[buildGrid(matrix, defaultState(matrix)).gpus[2]!]!
  await page.goto('/')
  await page.getByRole('button', { name: `Compare with ${name}`, exact: true }).click()
  await expect(page).toHaveURL(`/?base=${id}`)
  await expect(page.locator('select[name=base]')).toHaveValue(id)
  await expect(page.locator('#table thead th').nth(1)).toHaveClass(/pinned/)
  await expect(page.locator('#table td[data-at$=",0"] small', { hasText: 'baseline' }).first()).toBeVisible()
  await expect(page.locator('#table td small', { hasText: /[▲▼] ~?[\d.]+×/ }).first()).toBeVisible()
  await expect(page.locator('.matrix-legend')).toContainText('▼ worse, ▲ better')
  await page.getByRole('button', { name: `${name} is the baseline: release it` }).click()
  await expect(page).toHaveURL('/')
  await expect(page.locator('#table td small', { hasText: 'baseline' })).toHaveCount(0)
  await page.goto('/?base=no-such-gpu')
  await expect(page.locator('select[name=base]')).toHaveValue('')
  await expect(page.locator('.matrix-legend')).toContainText('share of the model’s best published figure')
})

test('log scale changes the axis over the bars, and stays in the address', async ({ page }) => {
  await page.goto('/')
  await page.getByLabel('View').selectOption('list')
  const ticks = page.locator('.ticks text')
  await expect(ticks.first()).toHaveText('0')
  await page.getByRole('checkbox', { name: 'Log scale' }).check()
  await expect(page).toHaveURL('/?view=list&scale=log')
  await expect(ticks.first()).toBeVisible()
  await expect.poll(async () => Number(await ticks.first().textContent())).toBeGreaterThan(0)
  await expect(page.locator('.figure-list thead')).toContainText('log scale')
  const [axis, bar] = [page.locator('.ticks'), page.locator('.figure-list .range-bar').first()]
  const [over, under] = [(await axis.boundingBox())!, (await bar.boundingBox())!]
  expect(Math.abs(over.x - under.x) + Math.abs(over.width - under.width)).toBeLessThan(1)
})

test('the list sorts by its column heads and keeps the order in the address', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const defaults = defaultState(matrix)
  await page.goto('/')
  await page.getByLabel('View').selectOption('list')
  await expect(page).toHaveURL('/?view=list')
  const names = () => page.locator('#table tbody th').allInnerTexts()
  const expected = (state: Partial<MatrixState>) => {
    const asked = { ...defaults, ...state }
    const sorted = sortList(matrix, asked, buildGrid(matrix, asked).entries)
    return sorted.map((entry) => matrix.models[entry.model]!.name)
  }
  const shown = async () => (await names()).slice(0, 24)
  await expect.poll(shown).toEqual(expected({}).slice(0, 24))
  await page.getByRole('button', { name: 'Model', exact: true }).click()
  await expect(page.locator('th[aria-sort="ascending"]')).toHaveText('Model')
  await expect.poll(shown).toEqual(expected({ sort: 'model', descending: false }).slice(0, 24))
  await page.getByRole('button', { name: 'Model', exact: true }).click()
  await expect(page).toHaveURL('/?view=list&sort=-model')
  await expect.poll(shown).toEqual(expected({ sort: 'model', descending: true }).slice(0, 24))
  const before = (await names()).length
  await page.locator('#table').evaluate((pane) => pane.scrollTo(0, pane.scrollHeight))
  await expect.poll(async () => (await names()).length).toBeGreaterThan(before)
})

test('Back undoes a filter at a time; a word that is typed is one step', async ({ page }) => {
  await page.goto('/')
  await choose(page, 'First token')
  await expect(page).toHaveURL('/?metric=ttft_ms')
  await page.getByLabel('Model', { exact: true }).pressSequentially('qwen')
  await expect(page).toHaveURL('/?metric=ttft_ms&search=qwen')
  await page.goBack()
  await expect(page).toHaveURL('/?metric=ttft_ms')
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('')
  await page.goBack()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('radio', { name: 'Speed', exact: true })).toBeChecked()
})

test('what people look for comes first, by group; the rest on request', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const all = buildGrid(matrix, { ...defaultState(matrix), scope: 'all' })
  await page.goto('/')
  await expect(page.locator('#table thead .group').first()).toHaveText('Consumer')
  await page.getByRole('button', { name: /^Show all/ }).click()
  await expect(page).toHaveURL('/?scope=all')
  await expect(page.locator('#table table')).toHaveAttribute('aria-rowcount', String(all.models.length + 1))
  await page.getByRole('button', { name: 'Show what people look for most' }).click()
  await expect(page).toHaveURL('/')
})

test('no model that was measured for one user, and no GPU, is left out by default but by the list of what people look for', async ({
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const grid = buildGrid(matrix, { ...defaultState(matrix), scope: 'all' })
  const measured = matrix.entries.filter(
    ({ type, figures: f }) => type === 'single_stream' && (f.decode_tps ?? f.e2e_tps),
  )
  expect(new Set(grid.models)).toEqual(new Set(measured.map(({ model }) => model)))
  expect(new Set(grid.gpus)).toEqual(new Set(measured.map(({ gpu }) => gpu)))
  const shown = buildGrid(matrix, defaultState(matrix)).gpus.map((gpu) => matrix.gpus[gpu]!.id)
  expect(shown).toContain('amd-radeon-8060s')
})

test('an unknown GPU in the address is said to be unknown', async ({ page }) => {
  await page.goto('/?gpu=no-such-gpu')
  await expect(page.locator('#table')).toContainText('No GPU with a published figure has the id “no-such-gpu”.')
})

test('the first arrow key selects a cell; Enter on an empty one asks about its pair', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  const grid = buildGrid(matrix, defaultState(matrix))
  await page.goto('/')
  await untilLive(page)
  await page.locator('#table').focus()
  await page.keyboard.press('ArrowDown')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[data-at]')?.getAttribute('data-at')))
    .toBe('0,0')
  const row = [...grid.models.keys()].find((r) => !grid.cellAt(r, 0))!
  for (let i = 0; i < row; i++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.locator('#answer .answer-head')).toContainText(matrix.models[grid.models[row]!]!.name)
  await expect(page).toHaveURL(/have=.*model=/)
})

test('cost names its price and for whom it is', async ({ page }) => {
  await page.goto('/')
  await choose(page, 'Cost')
  await expect(page.locator('#metric-note')).toContainText('Cost for one user')
  await figures(page).first().focus()
  const price = /one user; \$[\d.]+\/h, cheapest on demand \(.+, 20\d\d-\d\d-\d\d(, from a listing of .+ × \d+)?\)/
  await expect(page.locator('#detail')).toContainText(price)
  await choose(page, 'Batch')
  await expect(page.locator('#metric-note')).toContainText('Cost for several users')
  await figures(page).first().focus()
  await expect(page.locator('#detail')).toContainText(/users.*all users together; \$/)
})

test('models come by size or name, and speed is what is asked for', async ({ page, request }) => {
  const matrix = await fetchMatrix(request)
  await page.goto('/')
  await page.getByRole('button', { name: /More filters/ }).click()
  await page.getByLabel('Models by', { exact: true }).selectOption('name')
  await expect(page).toHaveURL('/?order=name')
  const firstModel = (state: Partial<MatrixState>) =>
    matrix.models[buildGrid(matrix, { ...defaultState(matrix), ...state }).models[0]!]!.name
  const shown = page.locator('#table tbody th a').first()
  await expect(shown).toHaveText(firstModel({ order: 'name' }))
  await page.getByLabel('Models by', { exact: true }).selectOption('size')
  await expect(shown).toHaveText(firstModel({ order: 'size' }))
  await page.getByLabel('Speed is').selectOption('decode_tps')
  await expect(page).toHaveURL('/?metric=decode_tps&order=size')
  await expect(extent(page)).toContainText(
    `${buildGrid(matrix, { ...defaultState(matrix), metric: 'decode_tps' }).entries.length} figures`,
  )
})

test('the arrow keys walk over figures and empty cells; the line under the matrix tells what each is', async ({
  page,
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const grid = buildGrid(matrix, defaultState(matrix))
  await page.goto('/')
  await untilLive(page)
  await figures(page).first().focus()
  await page.keyboard.press('ArrowDown')
  const at = () => page.evaluate(() => document.activeElement?.closest('[data-at]')?.getAttribute('data-at'))
  await expect.poll(at).toMatch(/^1,/)
  await page.keyboard.press('Control+Home')
  await expect.poll(at).toBe('0,0')
  await page.keyboard.press('Control+End')
  await expect.poll(at).toBe(`${grid.models.length - 1},${grid.gpus.length - 1}`)
  await expect(page.locator(':focus')).toBeInViewport()
  await page.keyboard.press('Control+Home')
  const row = [...grid.models.keys()].find((r) => grid.cellAt(r, 0) && !grid.cellAt(r, 1))!
  for (let i = 0; i < row; i++) await page.keyboard.press('ArrowDown')
  await expect(page.locator('#detail')).toContainText(matrix.models[grid.models[row]!]!.name)
  await expect(page.locator('#detail')).toContainText('median')
  if (grid.cellAt(row, 0)!.others > 0) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(at).toBe(`${row},1`)
  await expect(page.locator('#detail')).toContainText(/would fill it|Measured for it:/)
  await keepFewRows(page)
  expect(await axe(page, '#detail')).toEqual([])
})
test('assistive technology hears a grid with names; its rows keep the size that the window counts on, and scrolling renders what comes into sight', async ({
  page,
  request,
}) => {
  const matrix = await fetchMatrix(request)
  const grid = buildGrid(matrix, defaultState(matrix))
  await page.goto('/?view=grid')
  const pane = page.locator('#table')
  const table = page.getByRole('grid', { name: 'Models by GPU' })
  await expect(table).toBeVisible()
  expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(30)
  await expect(table.getByRole('columnheader').nth(1)).toContainText('GB')
  await expect(table.getByRole('rowheader').first()).not.toBeEmpty()
  const heard = table.getByRole('gridcell').getByRole('link', { name: /tok\/s/ })
  await expect(heard.first()).toBeVisible()
  const rows = page.locator('#table tbody tr:not(.gap)')
  const heights = () => rows.evaluateAll((all) => [...new Set(all.map((row) => row.getBoundingClientRect().height))])
  // The script may be putting its own rows in the place of the server's at this very moment.
  await expect.poll(heights).toEqual([44])
  expect(await page.locator('[data-at]').count()).toBeLessThan(600)
  await pane.evaluate((node) => node.scrollTo(node.scrollWidth, node.scrollHeight))
  const last = `[data-at="${grid.models.length - 1},${grid.gpus.length - 1}"]`
  await expect(page.locator(last)).toBeAttached()
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await expect(page.locator(last)).toBeInViewport()
  await expect(page.locator('#table tbody th').last()).toContainText(matrix.models[grid.models.at(-1)!]!.name)
})

test('figures that cannot be loaded leave the table and say so', async ({ page }) => {
  await page.route('**/matrix.json', (route) => route.abort())
  await page.goto('/')
  const rows = await page.locator('#table tbody tr').count()
  await choose(page, 'First token')
  await expect(page.locator('#shown')).toContainText('could not be loaded')
  await expect(page.locator('#table tbody tr')).toHaveCount(rows)
})

const LOOKS: [path: string, media: Parameters<Page['emulateMedia']>[0][]][] = [
  ['/?base=nvidia-rtx-5070', [{ contrast: 'more' }, { contrast: 'no-preference', colorScheme: 'dark' }]],
  ['/?view=list&scale=log', [{ forcedColors: 'active' }, { forcedColors: 'none', colorScheme: 'dark' }]],
  ['/?metric=cost', [{ media: 'print' }]],
]
for (const [path, all] of LOOKS) {
  test(`axe finds nothing on ${path} with ${all.map((media) => JSON.stringify(media)).join(', then ')}`, async ({
    page,
  }) => {
    await page.emulateMedia(all[0])
    await page.goto(path, { waitUntil: 'networkidle' })
    await keepFewRows(page)
    for (const media of all) {
      await page.emulateMedia(media)
      expect(await axe(page, undefined, COLOUR_RULES), JSON.stringify(media)).toEqual([])
    }
  })
}
