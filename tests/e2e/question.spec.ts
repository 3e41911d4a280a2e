import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { expectFits, watch } from './support/site.ts'
import { MOST_ACTS } from './support/visitor.ts'

const have = (page: Page) => page.getByLabel('GPU, or a budget in dollars per hour')
const want = (page: Page) => page.getByLabel('Model, or a size')
const head = (page: Page) => page.locator('#answer .answer-head')

/** What visitors come with, asked on the home page: every change of a control and every link is one act. */
const used = new WeakMap<Page, number>()

const act = (page: Page) => used.set(page, (used.get(page) ?? 0) + 1)

/** Types into a field and confirms. */
async function type(page: Page, field: ReturnType<typeof have>, text: string): Promise<void> {
  await field.fill(text)
  await page.keyboard.press('Enter')
  act(page)
}

test.afterEach(({ page }) => {
  expect(used.get(page) ?? 0, 'interactions').toBeLessThanOrEqual(MOST_ACTS)
})

for (const width of [1440, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } })

    test('a 4090 and models up to 32B: a measured list, and an honest estimate for the one that was not measured', async ({
      page,
    }) => {
      const seen = watch(page)
      await page.goto('/')
      await type(page, have(page), '4090')
      await type(page, want(page), 'up to 32B')
      await expect(have(page)).toHaveValue('NVIDIA GeForce RTX 4090')
      await expect(head(page)).toContainText(/Largest of \d+ measured models up to 32B on NVIDIA GeForce RTX 4090: /)
      await expect(page.locator('.answer-bars tbody tr')).toHaveCount(5)
      await type(page, want(page), 'Qwen3 32B')
      await expect(head(page)).toHaveText('Not measured yet: Qwen3-32B on NVIDIA GeForce RTX 4090, for one user.')
      await expect(page.locator('.estimate')).toContainText(
        /Estimate, not a measurement. About [\d.]+ tok\/s.*within a factor of/,
      )
      await expect(page.locator('.gap-filler')).toContainText('--model Qwen/Qwen3-32B')
      await expectFits(page, width)
      expect(seen.problems).toEqual([])
    })

    test('an M4 Max or a 3090 for 30B: each has its own list, and Back goes from one to the other', async ({
      page,
    }) => {
      await page.goto('/')
      await type(page, want(page), '30B')
      await type(page, have(page), 'M4 Max')
      await expect(head(page)).toContainText(/models up to 30B on Apple M4 Max/)
      const first = await head(page).innerText()
      await type(page, have(page), '3090')
      await expect(head(page)).toContainText(/models up to 30B on NVIDIA GeForce RTX 3090/)
      await page.goBack()
      await expect(head(page)).toHaveText(first)
    })

    test('trust this number: a figure of the answer leads to its page, with its source', async ({ page }) => {
      await page.goto('/')
      const shown = (await page.locator('.answer-bars .speed a').first().innerText()).replace(/≥ | tok\/s/g, '')
      await page.locator('.answer-bars .speed a').first().click()
      act(page)
      await expect(page).toHaveURL(/\/cells\//)
      await expect(page.locator('main')).toContainText(shown)
      await expect(page.locator('main')).toContainText(/[Ss]ource/)
    })

    test('a Radeon 8060S by its nickname', async ({ page }) => {
      await page.goto('/')
      await type(page, want(page), '')
      await type(page, have(page), 'strix halo')
      await expect(head(page)).toContainText(/Largest of \d+ measured models on AMD Radeon 8060S/)
    })

    test('more users than were measured: said, and nothing extrapolated', async ({ page }) => {
      await page.goto('/?model=meta-llama--llama-3.1-70b-instruct&count=any')
      await type(page, page.getByLabel('Users at once'), '99999')
      await expect(head(page)).toContainText(/Nothing is extrapolated|measured with > 256 users/)
      await type(page, page.getByLabel('Users at once'), '50')
      await expect(head(page)).toContainText(/per 1M output tokens, measured with/)
    })
  })
}

test('an answer is shared: address, badge, CSV and SQL', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/')
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await type(page, want(page), 'Qwen3 8B')
  await expect(head(page)).toContainText('for Qwen3-8B')
  await page.locator('#answer').getByRole('button', { name: 'Copy link' }).click()
  await expect.poll(copied).toBe(page.url())
  await page.getByRole('button', { name: 'Copy badge' }).click()
  await expect.poll(copied).toMatch(/^\[!\[Speed\]\(http.*\/badges\/.+\.svg\)\]\(http.*\/cells\/.+\/\)$/)
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#answer').getByRole('button', { name: 'CSV' }).click(),
  ])
  const lines = (await readFile(await saved.path(), 'utf8')).trim().split('\r\n')
  const [, count] = /of (\d+) measured/.exec(await head(page).innerText())!
  expect(lines).toHaveLength(Number(count) + 1)
  await page.locator('#answer').getByRole('link', { name: 'SQL' }).click()
  await expect(page.locator('#sql')).toHaveValue(/model_id = 'hf:Qwen\/Qwen3-8B'/)
})

test('at 200 % zoom results are on the first screen', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 450 })
  await page.goto('/')
  await expect(head(page)).toBeInViewport()
})

test('in the dark the five steps of the matrix differ', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/')
  const colours = await page
    .locator('[data-legend=best] .swatches i')
    .evaluateAll((steps) => steps.map((step) => getComputedStyle(step).backgroundColor))
  const lightness = colours.map((colour) =>
    [...colour.matchAll(/\d+/g)].slice(0, 3).reduce((sum, [part]) => sum + Number(part), 0),
  )
  for (let i = 1; i < lightness.length; i++) expect(lightness[i]! - lightness[i - 1]!).toBeGreaterThan(20)
})
