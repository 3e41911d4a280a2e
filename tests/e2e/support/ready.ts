import { expect, type Page } from '@playwright/test'

/** Waits until /my-numbers/ has loaded what it checks files with: its script may not listen yet when the page is shown. */
export async function untilReady(page: Page): Promise<void> {
  await expect(async () => {
    await page.locator('#drop').dispatchEvent('pointerover')
    await expect(page.locator('#ready')).toContainText('disconnect from the network now', { timeout: 2000 })
  }).toPass()
}
