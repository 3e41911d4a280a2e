import { expect, test } from '@playwright/test'
import { axe, COLOUR_RULES, keepFewRows } from './support/axe.ts'
import { untilLive } from './support/site.ts'
import { STATES } from './support/states.ts'

const LOOKS = [
  { name: 'dark, wide', width: 1440, media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'forced colours, phone', width: 390, media: { colorScheme: 'light', forcedColors: 'active' } },
] as const

test('axe finds nothing in any state, in the dark and in forced colours on a phone', async ({ page }) => {
  for (const state of STATES) {
    await page.setViewportSize({ width: LOOKS[0].width, height: 900 })
    await state.reach(page)
    for (const { name, width, media } of LOOKS) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ reducedMotion: 'reduce', ...media })
      await keepFewRows(page)
      expect.soft(await axe(page, state.part), `${state.name}, ${name}`).toEqual([])
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), `${state.name}, ${name}`)
        .toBeLessThanOrEqual(width)
    }
  }
})

test('axe finds nothing in the theme that the switch chose, against the one of the system', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/docs/')
  for (const theme of ['light', 'dark']) {
    await page.locator('#theme').click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    expect.soft(await axe(page, undefined, COLOUR_RULES), theme).toEqual([])
  }
})

test('what is told by colour is told by something else where colours are not the page’s own', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto('/?view=grid')
  await untilLive(page)
  const grid = page.locator('.grid')
  await expect(grid.locator('td.weak b').first()).toHaveCSS('text-decoration-style', 'dotted')
  const strong = grid.locator('td[data-at]:not(.weak, .e) b').first()
  await expect(strong).not.toHaveCSS('text-decoration-style', 'dotted')
  const backgroundOf = (option: string) =>
    page
      .locator(`.segments input${option} + span`)
      .first()
      .evaluate((label) => getComputedStyle(label).backgroundColor)
  expect(await backgroundOf(':checked')).not.toBe(await backgroundOf(':not(:checked)'))
})

test('on paper the figures stay and the controls go', async ({ page }) => {
  await page.emulateMedia({ media: 'print' })
  await page.goto('/')
  await expect(page.locator('#table tbody td > a').first()).toBeVisible()
  for (const control of ['#filters', '.tools', '.site-nav', '#theme']) await expect(page.locator(control)).toBeHidden()
  const cut = await page.locator('#table').evaluate((pane) => getComputedStyle(pane).overflowY)
  expect(cut).toBe('visible')
})
