import { expect, type Page, test } from '@playwright/test'
import type { Matrix } from '../../site/lib/matrix/entries.ts'
import { figureOf } from '../../site/lib/matrix/measures.ts'
import { buildGrid, sortList } from '../../site/lib/matrix/select.ts'
import { defaultState } from '../../site/lib/matrix/state.ts'
import { AxTree, descendants, textOf } from './support/ax_tree.ts'
import { fetchMatrix } from './support/site.ts'

/** The main task: find the fastest GPU for a model, and open the distribution of its figure. */

/** Wide, where the figures are a table, the whole walk is tried; on a phone, where they are cards, the way to the figure. */
const WIDE = 1440
const PHONE = 390
const DISTRIBUTION = /^Distribution of /

/** A model whose fastest figure has observations enough for a distribution, and what is to be found. */
function pickTask(matrix: Matrix) {
  const state = { ...defaultState(matrix), scope: 'all' as const }
  const grid = buildGrid(matrix, state)
  for (const model of grid.models) {
    const { name } = matrix.models[model]!
    const asked = { ...state, search: name }
    const [best] = sortList(matrix, asked, buildGrid(matrix, asked).entries)
    const figure = best && figureOf(matrix, best, state.metric)!
    if (figure && figure.n >= 30)
      return { model: name, gpu: matrix.gpus[best.gpu]!.name, address: new RegExp(`/cells/${best.id}/$`) }
  }
  throw new Error('expected a model whose fastest figure has a distribution, found none')
}

/** Presses Tab until `reached` says so; every stop has to be visible, and to be seen to have the focus. */
async function tabTo(page: Page, reached: () => Promise<boolean>): Promise<number> {
  for (let presses = 1; presses <= 80; presses++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(describeFocus)
    expect(stop.isMarked, `focus on ${stop.name}`).toBe(true)
    if (await reached()) return presses
  }
  throw new Error('not reached in 80 presses of Tab')
}

/** Runs in the page: what has the focus, and whether anyone can see that. */
function describeFocus(): { name: string; isMarked: boolean } {
  const node = document.activeElement!
  const marked = [node, node.nextElementSibling, node.parentElement].some((near) => {
    if (!near) return false
    const { outlineStyle, outlineWidth } = getComputedStyle(near)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
  })
  return { name: node.outerHTML.slice(0, 120), isMarked: marked }
}

/** By keyboard from the page of a figure to the query that gives it, and with it into the editor. */
async function openSql(page: Page): Promise<void> {
  const sql = page.locator('details.sql').first()
  const hasFocus = (node: Element) => node === document.activeElement
  await tabTo(page, () => sql.locator('summary').evaluate(hasFocus))
  await page.keyboard.press('Enter')
  await expect(sql.locator('code')).toBeVisible()
  const query = (await sql.locator('code').textContent())!
  await page.getByRole('link', { name: 'Open this in SQL' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/explore\/#q=/)
  await expect(page.locator('#sql')).toHaveValue(query)
}

for (const width of [WIDE, PHONE])
  test(`by keyboard alone at ${width} px: the fastest GPU for a model, and its distribution`, async ({
    page,
    request,
  }) => {
    const task = pickTask(await fetchMatrix(request))
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/')
    await tabTo(page, () => page.evaluate(() => document.activeElement?.id === 'search'))
    await page.keyboard.type(task.model)
    await expect(page.locator('.figure-list tbody tr').first()).toContainText(task.gpu)
    const median = page.locator('.figure-list tbody tr').first().locator('[data-label=Median] a')
    const presses = await tabTo(page, () => median.evaluate((node) => node === document.activeElement))
    console.log(`${width} px: ${presses} presses of Tab from the model to its fastest figure`)
    await expect(median).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(task.address)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(task.gpu)
    if (width !== WIDE) return
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#main$/)
    const distribution = page.getByRole('img', { name: DISTRIBUTION }).first()
    for (let pages = 0; pages < 8 && !(await distribution.isVisible()); pages++) await page.keyboard.press('PageDown')
    await expect(distribution).toBeVisible()
    await openSql(page)
  })

for (const width of [WIDE, PHONE])
  test(`by what a screen reader is told at ${width} px: the same`, async ({ page, request }) => {
    const task = pickTask(await fetchMatrix(request))
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/')
    const tree = await AxTree.of(page)
    await tree.write(await tree.find(['searchbox', 'combobox'], 'Model'), task.model)
    const table = await tree.find('table', 'Figures')
    const rows = descendants(table).filter(({ role }) => role === 'row')
    const heads = descendants(rows[0]!).filter(({ role }) => role === 'columnheader')
    expect(heads.map(({ name }) => name).join(' ')).toMatch(/GPU.*Median/)
    const best = rows[1]!
    expect(textOf(best)).toContain(task.gpu)
    expect(textOf(best)).toMatch(/best|×/)
    const status = descendants(await tree.read()).filter(({ role }) => role === 'status')
    expect(status.map(textOf).join(' ')).toMatch(/\d+ figures?, 1 model/)
    await tree.activate(descendants(best).find(({ role, name }) => role === 'link' && / tok\/s$/.test(name))!)
    await expect(page).toHaveURL(task.address)
    expect((await tree.find('heading', / on /)).name).toContain(task.gpu)
    const distribution = await tree.find(['image', 'img'], DISTRIBUTION)
    expect(distribution.name).toContain('table')
    const percentiles = await tree.find('region', /percentiles/)
    expect(textOf(percentiles)).toMatch(/median/i)
  })
