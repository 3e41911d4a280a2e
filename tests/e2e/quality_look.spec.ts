import { expect, test } from '@playwright/test'
import { lookAt } from './support/look.ts'
import { pageTypes } from './support/site.ts'

const WIDTHS = [1440, 768, 390]

test('no text is cut or covered, and every chart says what its axis measures', async ({ page, request }) => {
  test.setTimeout(180_000)
  for (const [name, path] of await pageTypes(request)) {
    await page.setViewportSize({ width: WIDTHS[0]!, height: 900 })
    await page.goto(path)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      const { clipped, overlapping, unlabelled } = await lookAt(page)
      const where = `${name} ${path} at ${width} px`
      expect.soft(clipped.slice(0, 5), `${where}: cut`).toEqual([])
      expect.soft(overlapping.slice(0, 5), `${where}: covered`).toEqual([])
      expect.soft(unlabelled, `${where}: without a unit`).toEqual([])
    }
  }
})

test('the look at a page finds text that is cut or covered, and a chart without a unit', async ({ page }) => {
  await page.setContent(`<main>
    <p style="width: 40px; white-space: nowrap">wider than its box</p>
    <p style="width: 40px; white-space: nowrap; overflow: auto">wider, with a scroll bar</p>
    <div style="position: relative"><b style="position: absolute">one over</b><i style="position: absolute">the other</i></div>
    <svg role="img" style="display: block; margin-top: 60px"><title>Speed</title><text x="0" y="20">10</text><text x="0" y="60">Speed</text></svg>
  </main>`)
  const { clipped, overlapping, unlabelled } = await lookAt(page)
  expect(clipped).toEqual([expect.stringContaining('“wider than its box”')])
  expect(overlapping).toEqual([expect.stringMatching(/one over.*the other|the other.*one over/)])
  expect(unlabelled).toEqual(['Speed'])
})
