import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { judgeLine } from '../../contracts/judge.ts'
import { llamaBenchRow } from '../telemetry/support/llama_bench_rows.ts'
import { axe } from './support/axe.ts'
import { untilReady } from './support/ready.ts'
import { expectFits, NARROW, watch } from './support/site.ts'
import { visitor } from './support/visitor.ts'

const REPOSITORY = 'https://github.com/acme/matrix'
const SHARED = {
  model_filename: 'gpt-oss-20b-mxfp4.gguf',
  gpu_info: 'Radeon 8060S Graphics',
  test_time: new Date().toISOString(),
}

/** Output of llama-bench -o json: 1024 tokens of prompt, 128 of generation, each so many times. */
function llamaBench(repetitions: number): string {
  const times = (ns: number) => Array.from({ length: repetitions }, (_, i) => ns * (1 + i / 1000))
  const prompt = { ...SHARED, n_prompt: 1024, samples_ns: times(1e9) }
  return JSON.stringify([llamaBenchRow(prompt), llamaBenchRow({ ...SHARED, n_gen: 128, samples_ns: times(2e9) })])
}

/** Opens the page as a build with REPOSITORY_URL makes it; nothing is asked of GitHub. */
async function openPage(page: Page): Promise<void> {
  await page.route('**/my-numbers/', async (route) => {
    const response = await route.fetch()
    const text = await response.text()
    const body = text.replace(' id="drop"', ` id="drop" data-repository="${REPOSITORY}"`)
    await route.fulfill({ response, body })
  })
  await page.context().route('https://github.com/**', (route) => route.fulfill({ body: 'GitHub' }))
  await page.goto('/my-numbers/')
  await untilReady(page)
}

/** Runs in the page. */
function pasteText(text: string): void {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
}

for (const width of [1440, 390])
  test(`at ${width} px: from the output of llama-bench to the page of a pull request in four interactions`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 844 })
    const seen = watch(page)
    await openPage(page)
    const { act } = visitor(page)
    await act(page.evaluate(pasteText, llamaBench(3)))
    await expect(page.locator('#conversion')).toContainText('It became 3 samples')
    await expect(page.locator('.own-group')).toHaveCount(1)
    await expect(page.locator('.own-group')).toContainText('63.')
    const [saved] = await Promise.all([page.waitForEvent('download'), act(page.locator('#download').click())])
    const file = readFileSync((await saved.path())!, 'utf8')
    for (const line of file.trim().split('\n'))
      expect(judgeLine('anonymized_export', line)).toMatchObject({ verdict: 'accepted' })
    await act(page.getByLabel('Your account on GitHub').fill('Ada-L'))
    const [opened] = await Promise.all([page.waitForEvent('popup'), act(page.locator('#pull-request').click())])
    const address = new URL(opened.url())
    const month = new Date().toISOString().slice(0, 7)
    expect(address.origin + address.pathname).toBe(`${REPOSITORY}/new/main/data/exports/ada-l/${month}`)
    expect(Object.fromEntries(address.searchParams)).toEqual({ filename: saved.suggestedFilename(), value: file })
    await expectFits(page, width)
    expect(seen.problems).toEqual([])
  })

test('a file too long for an address is led to the upload, and an impossible account is told', async ({ page }) => {
  await openPage(page)
  await page.evaluate(pasteText, llamaBench(40))
  await page.getByLabel('Your account on GitHub').fill('no--account')
  await expect(page.locator('#next')).toContainText('GitHub has no accounts of such a name')
  await page.getByLabel('Your account on GitHub').fill('ada')
  await expect(page.locator('#next a').nth(1)).toHaveAttribute(
    'href',
    /^https:\/\/github\.com\/ada\/matrix\/upload\/main\/data\/exports\/ada\//,
  )
  expect(await axe(page, '#result')).toEqual([])
  for (const width of NARROW) {
    await page.setViewportSize({ width, height: 900 })
    await expectFits(page, width)
  }
})

test('what a table does not tell is asked for; without a repository the way is told', async ({ page }) => {
  await page.goto('/my-numbers/')
  await untilReady(page)
  const table = [
    'Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9, VMM: yes',
    '| model | size | params | backend | ngl | test | t/s |',
    '| --- | ---: | ---: | --- | --: | ---: | ---: |',
    '| qwen3 8B Q4_K - Medium | 4.68 GiB | 8.19 B | CUDA | 99 | pp512 | 10231.22 ± 120.55 |',
    '| qwen3 8B Q4_K - Medium | 4.68 GiB | 8.19 B | CUDA | 99 | tg128 | 136.08 ± 0.46 |',
    'build: 9515c613 (6097)',
  ]
  await page.evaluate(pasteText, table.join('\n'))
  await page.getByLabel('the model').fill('C:\\models')
  await page.getByLabel('the day of the run').fill(new Date().toISOString().slice(0, 10))
  await page.getByRole('button', { name: 'Convert' }).click()
  await expect(page.locator('#conversion')).toContainText('could be any')
  await page.getByLabel('the model').fill('Qwen/Qwen3-8B')
  await page.getByRole('button', { name: 'Convert' }).click()
  await expect(page.locator('.own-group')).toContainText('135')
  await expect(page.locator('#share')).toContainText('does not know its repository')
})
