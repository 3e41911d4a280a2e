import { expect, type Locator, type Page, test } from '@playwright/test'
import { buildGrid } from '../../site/lib/matrix/select.ts'
import { defaultState } from '../../site/lib/matrix/state.ts'
import { axe } from './support/axe.ts'
import { expectFits, fetchMatrix, untilLive, watch } from './support/site.ts'

/** What is other on narrow screens. All that the matrix does is tried on a wide one, in matrix.spec.ts. */

const TABLET = { width: 768, height: 1024 }
const PHONE = { width: 390, height: 844 }
const figures = (page: Page): Locator => page.locator('#table td[data-at] > a:first-child')

for (const viewport of [TABLET, PHONE]) {
  test.describe(`at ${viewport.width} px`, () => {
    test.use({ viewport })

    test('the answer is above the fold, nothing is wider than the screen; filters, lists and the dialog of a cell work', async ({
      page,
      request,
    }) => {
      const seen = watch(page)
      const matrix = await fetchMatrix(request)
      await page.goto('/')
      const box = (await page.locator('.answer-bars .speed a').first().boundingBox())!
      expect(box.y + box.height).toBeLessThan(viewport.height)
      await expectFits(page, viewport.width)
      await page.getByRole('radio', { name: 'First token' }).check()
      await expect(page).toHaveURL('/?metric=ttft_ms')
      const shown = buildGrid(matrix, { ...defaultState(matrix), metric: 'ttft_ms' })
      await expect(page.locator('#extent')).toContainText(`${shown.entries.length} figures`)
      await page.getByRole('button', { name: 'Reset' }).click()
      await page.getByLabel('Model', { exact: true }).fill(matrix.models[shown.models[0]!]!.name)
      await expect(page.locator('.figure-list tbody tr').first()).toBeVisible()
      await expect(page.locator('.figure-list [data-label=Relative]').first()).toHaveText(/best|×/)
      await expectFits(page, viewport.width)
      await page.getByRole('button', { name: 'Reset' }).click()
      await page.getByRole('button', { name: /More filters/ }).click()
      await expect(page.locator('#facets')).toBeVisible()
      expect(await axe(page, '#filters')).toEqual([])
      await page.locator('a.more:visible').first().press('Enter')
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await axe(page, '#more')).toEqual([])
      // A phone has no Escape.
      await page.getByRole('button', { name: 'Close' }).click()
      await expect(page.getByRole('dialog')).toBeHidden()
      expect(seen.problems).toEqual([])
    })
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: PHONE })

  test('each model is a card; more come on request; a cost says of which price it is', async ({ page }) => {
    await page.goto('/')
    await expect(page.locator('#table thead')).toBeHidden()
    await expect(page.locator('#table td.e').first()).toBeHidden()
    await page.getByRole('checkbox', { name: 'Ran in 24 GB' }).check()
    await expect(page.locator('#table tbody tr')).toHaveCount(8)
    await expect(page.locator('#table td a[data-gpu]').first()).not.toHaveAttribute('data-gpu', '')
    await page.getByRole('button', { name: /more models/ }).click()
    await expect(page.locator('#table tbody tr')).toHaveCount(24)
    // A cost says in its title of which price it is.
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('radio', { name: 'Cost' }).check()
    const price = /one user; \$[\d.]+\/h, cheapest on demand \(.+, 20\d\d-\d\d-\d\d\)/
    await expect(figures(page).first()).toHaveAttribute('title', price)
  })

  test('the ways to show figures are folded with the further filters, and work', async ({ page, request }) => {
    const matrix = await fetchMatrix(request)
    const { id } = matrix.gpus[buildGrid(matrix, defaultState(matrix)).gpus[2]!]!
    await page.goto('/')
    await expect(page.locator('.tools')).toBeHidden()
    await page.getByRole('button', { name: /More filters/ }).click()
    await page.locator('select[name=base]').selectOption(id)
    await expect(page).toHaveURL(`/?base=${id}`)
    await expect(page.locator('#table td small', { hasText: /[▲▼] ~?[\d.]+×/ }).first()).toBeVisible()
    await page.locator('select[name=base]').selectOption('')
    await expect(page).toHaveURL('/')
    await page.getByLabel('View').selectOption('list')
    await expect(page).toHaveURL('/?view=list')
    const names = page.locator('#table tbody th')
    const before = await names.count()
    await page.getByRole('button', { name: /more figures/ }).click()
    await expect.poll(() => names.count()).toBeGreaterThan(before)
  })

  test('every figure is a stop of Tab, and Enter opens its page', async ({ page }) => {
    await page.goto('/')
    await untilLive(page)
    const stops = page.locator('#table tbody :is(th, td):visible a')
    const names = (await stops.allTextContents()).slice(1, 7)
    await stops.first().focus()
    for (const name of names) {
      await page.keyboard.press('Tab')
      await expect(page.locator(':focus')).toHaveText(name)
      await expect(page.locator(':focus')).toBeInViewport()
    }
    await figures(page).first().focus()
    const target = (await figures(page).first().getAttribute('href'))!
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(target)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })
})
