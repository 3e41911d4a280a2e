import type { Page } from '@playwright/test'

/** How long each script is held back: long enough for the page to be painted without it. */
const LATE_MS = 150

/** Notes what moves on the pages to come. */
export function recordShifts(page: Page): Promise<unknown> {
  return page.addInitScript(addUpShifts)
}

/** The same, where every script arrives after the first paint. */
export async function watchShifts(page: Page): Promise<void> {
  await recordShifts(page)
  await page.route('**/_astro/*.js', async (route) => {
    await new Promise((done) => setTimeout(done, LATE_MS))
    await route.continue()
  })
}

/** What has moved on the page, each with its part of the cumulative layout shift. */
export function readShifts(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)
}

/** Runs in the page before all else. */
function addUpShifts(): void {
  const shifts: string[] = []
  Object.assign(window, { shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Element }[] })[])
      shifts.push(`${entry.value}: ${entry.sources.map(({ node }) => node?.id || node?.className).join(', ')}`)
  }).observe({ type: 'layout-shift', buffered: true })
}
