import { expect, type Page, test } from '@playwright/test'
import { fetchMatrix, untilLive } from './support/site.ts'

/** Holds requests back until the function that it returns is called. */
async function hold(page: Page, address: string): Promise<() => void> {
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  await page.route(address, (route) => held.then(() => route.continue()))
  return release
}

test('matrix: what is clicked and typed before the script has come is done once it is there', async ({
  page,
  request,
}) => {
  const { models } = await fetchMatrix(request)
  const come = await hold(page, '**/_astro/matrix.*.js')
  await page.goto('/?view=list')
  const extent = page.locator('#extent')
  const before = await extent.innerText()
  await page.getByLabel('Model', { exact: true }).fill(models[0]!.name)
  await page.locator('#more-filters').click()
  await expect(page.locator('#facets')).toBeHidden()
  expect(await extent.innerText()).toBe(before)
  come()
  await expect(page.locator('#facets')).toBeVisible()
  await expect(extent).toContainText('1 model')
  await expect(page.getByLabel('View')).toHaveValue('list')
})

test('a list: what is typed before the script has come joins what the address asks for', async ({ page }) => {
  const come = await hold(page, '**/_astro/index_filter.*.js')
  await page.goto('/gpus/?vendor=AMD')
  await page.getByLabel('Search').fill('instinct')
  come()
  await expect(page).toHaveURL('/gpus/?q=instinct&vendor=AMD')
  await expect(page.getByLabel('Search')).toHaveValue('instinct')
})

test('an answer: what is typed while the figures come joins what the address asks for', async ({ page }) => {
  const come = await hold(page, '**/matrix.json')
  await page.goto('/which-gpu/?model=openai--gpt-oss-20b&tps=20')
  await untilLive(page)
  const users = page.getByLabel('Users at once')
  await users.fill('7')
  come()
  await expect(page.getByLabel('Model, or a size')).toHaveValue('gpt-oss-20b')
  await expect(users).toHaveValue('7')
  await users.press('Enter')
  await expect(page).toHaveURL('/which-gpu/?model=openai--gpt-oss-20b&users=7&tps=20')
  await page.getByLabel('Number of GPUs').selectOption('any')
  await expect(page).toHaveURL('/which-gpu/?count=any&model=openai--gpt-oss-20b&users=7&tps=20')
})

test('explore: a pointer that rests on the editor before the script has come starts it', async ({ page }) => {
  const come = await hold(page, '**/_astro/page.*.js')
  await page.goto('/explore/')
  await page.locator('#code').hover()
  come()
  await expect(page.locator('#editor .cm-content')).toBeVisible()
})

test('a script that does not come is told, with what to do, and the page can still be read', async ({ page }) => {
  await page.route('**/_astro/matrix.*.js', (route) => route.abort())
  await page.goto('/')
  await expect(page.getByRole('alert')).toHaveText(
    'The script of this page could not be loaded, so its controls do nothing. Reload the page to try again.',
  )
  await expect(page.locator('#table tbody tr').first()).toBeVisible()
})
