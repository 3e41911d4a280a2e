import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { DUCKDB_FILES, duckdbFolder } from '../../site/lib/duckdb_files.ts'
import { expectResult, openExplore } from './support/explore.ts'

/** Bytes of a file with the size of the module, but no module. */
const NO_MODULE = Buffer.alloc(statSync(join(duckdbFolder(), DUCKDB_FILES.ehModule)).size)

test('a failed download and a broken module say so, all else works, and trying again does too', async ({ page }) => {
  let answer: 'refused' | 'broken' | 'whole' = 'refused'
  await page.route('**/*.wasm', (route) => {
    if (answer === 'refused') return route.fulfill({ status: 503, body: '' })
    return answer === 'broken' ? route.fulfill({ contentType: 'application/wasm', body: NO_MODULE }) : route.continue()
  })
  await openExplore(page)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#error')).toContainText('503')
  await expect(page.locator('#error')).toContainText('The SQL engine could not be started')
  await page.locator('#questions a').nth(1).click()
  await expect(page.locator('.cm-content')).toContainText('engine_a')
  answer = 'broken'
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#error')).toContainText('could not be started: Uncaught CompileError')
  answer = 'whole'
  await page.getByRole('button', { name: 'Try again' }).click()
  await expectResult(page)
  await expect(page.locator('#problem')).toBeHidden()
})

test('without WebAssembly, storage and the editor, the page works as far as it can', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    for (const name of ['localStorage', 'caches']) {
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
    }
  })
  await page.route('**/create_editor*', (route) => route.abort())
  await page.goto('/explore/')
  await page.locator('.history > summary').click()
  await expect(page.locator('#history-note')).toContainText('lasts as long as the page')
  await page.locator('#sql').fill('SELECT 1')
  await page.locator('#sql').press('Control+Enter')
  await expect(page.locator('#error')).toContainText('WebAssembly')
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.locator('.fold > summary').click()
  await page.locator('#schema [data-table=gpus] summary').click()
  await page.locator('#schema [data-insert=gpus]').click()
  await expect(page.locator('#sql')).toHaveValue('SELECT 1, gpus')
  await context.close()
})
