import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'

/** What a query has come to: a result or a problem. */
const SETTLED = /\d rows? in \d+ ms/

/** Opens the explore page with the editor in place of the text area. */
export async function openExplore(page: Page, fragment = ''): Promise<void> {
  await page.goto(`/explore/${fragment}`)
  await page.locator('#code').hover()
  await expect(editorOf(page)).toBeVisible()
}

/** The text of CodeMirror, in its shadow root. Not by its role: the text area has the same until it makes way. */
export const editorOf = (page: Page) => page.locator('#editor .cm-content')

/** Replaces what the editor holds. */
export async function writeQuery(page: Page, sql: string): Promise<void> {
  await editorOf(page).fill(sql)
}

/** Runs a query by the keyboard and waits for its result. */
export async function runQuery(page: Page, sql: string): Promise<string[][]> {
  await writeQuery(page, sql)
  await editorOf(page).press('Control+Enter')
  await expectResult(page)
  return readRows(page)
}

export async function expectResult(page: Page): Promise<void> {
  await expect(page.locator('#status')).toHaveText(SETTLED, { timeout: 120_000 })
}

export function readRows(page: Page): Promise<string[][]> {
  return page
    .locator('#result tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)))
}

/** Runs a query that has to fail; the words of its error. */
export async function failQuery(page: Page, sql: string): Promise<string> {
  await writeQuery(page, sql)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#problem')).toBeVisible({ timeout: 120_000 })
  return page.locator('#error').innerText()
}

/** Presses a download button and reads the file. */
export async function download(page: Page, name: 'CSV' | 'JSON' | 'Arrow'): Promise<Buffer> {
  const button = page.getByRole('button', { name, exact: true })
  const [saved] = await Promise.all([page.waitForEvent('download'), button.click()])
  expect(saved.suggestedFilename()).toBe(`result.${name.toLowerCase()}`)
  return readFile(await saved.path())
}
