import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import { judgeLine } from '../../contracts/judge.ts'
import { axe } from './support/axe.ts'
import { fetchReference, pickRow, sampleOf, toJsonl } from './support/own_samples.ts'
import { untilReady } from './support/ready.ts'
import { expectFits, NARROW, watch } from './support/site.ts'

const HOSTILE = '<script>alert(1)</script>'

/** Forty good lines at 0.8 × the published median, one of them repeated, one of an unknown GPU, and thirty that violate the contract. */
async function mixedFile(request: APIRequestContext): Promise<string> {
  const reference = await fetchReference(request)
  const row = pickRow(reference)
  const good = Array.from({ length: 40 }, (_, i) => sampleOf(reference, row, i, 0.8))
  const unknown = { ...good[0], job_id: 'job-unknown', gpu_name: 'Imaginary GPU 9000' }
  const bad = Array.from({ length: 30 }, (_, i) => ({ ...good[0], job_id: `bad-${i}`, prompt: HOSTILE, exit: HOSTILE }))
  return toJsonl([...good, good[0], unknown, ...bad])
}

async function open(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = Buffer.from(content)
  await page.locator('#file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

const box = (page: Page, term: string) => page.locator('#result .figures > div', { hasText: term }).locator('.value')

test('a file is judged and compared with the network cut, and its result fits every width', async ({
  page,
  request,
  context,
}) => {
  const seen = watch(page)
  const file = await mixedFile(request)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/my-numbers/')
  await untilReady(page)
  await context.setOffline(true)
  await open(page, 'samples.jsonl', file)
  await expect(box(page, 'Accepted')).toHaveText('40')
  await expect(box(page, 'Rejected')).toHaveText('30')
  await expect(box(page, 'Quarantined')).toHaveText('1')
  await expect(box(page, 'Repeated')).toHaveText('1')
  await expect(page.locator('.own-group')).toHaveCount(1)
  await expect(page.locator('.standing').first()).toContainText('20 % slower')
  await expectFits(page, 1440)
  expect(await axe(page, '#result')).toEqual([])
  for (const narrow of NARROW) {
    await page.setViewportSize({ width: narrow, height: 900 })
    await expect(page.locator('.standing').first()).toBeVisible()
    await expectFits(page, narrow)
  }
  await context.setOffline(false)
  expect(seen.problems).toEqual([])
})

test('findings are paged by line, and what stands in the file stays text', async ({ page, request }) => {
  await page.goto('/my-numbers/')
  await open(page, 'samples.jsonl', await mixedFile(request))
  const rows = page.locator('.findings tbody tr')
  await expect(rows).toHaveCount(20)
  await expect(rows.nth(0)).toContainText('the job of line 1')
  await expect(rows.nth(1)).toContainText('a GPU that the catalogue knows')
  await expect(rows.nth(2).locator('th')).toHaveText('43')
  await expect(rows.filter({ hasText: HOSTILE }).first()).toBeVisible()
  await expect(page.locator('#result script')).toHaveCount(0)
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.locator('.pager [role=status]')).toHaveText('21 to 40 of 62')
  await page.getByRole('button', { name: 'Previous' }).click()
  await expect(page.locator('.pager [role=status]')).toHaveText('1 to 20 of 62')
})

test('the metric stays in the address, and the file is handed back', async ({ page, request }) => {
  await page.goto('/my-numbers/')
  await open(page, 'samples.jsonl', await mixedFile(request))
  await page.getByLabel('Metric').selectOption('ttft_ms')
  await expect(page).toHaveURL('/my-numbers/?metric=ttft_ms')
  const head = page.locator('.own-group').first()
  await expect(head).toContainText('Time to first token (ms)')
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
  expect(
    readFileSync((await saved.path())!, 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(41)
  await page.reload()
  await open(page, 'samples.jsonl', await mixedFile(request))
  await expect(page.getByLabel('Metric')).toHaveValue('ttft_ms')
})

test('the file handed back is anonymised, fits the contract, and names the same jobs the next time', async ({
  page,
  request,
}) => {
  const download = async () => {
    await page.goto('/my-numbers/')
    await open(page, 'samples.jsonl', await mixedFile(request))
    const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
    expect(saved.suggestedFilename()).toMatch(/^samples-20\d\d-\d\d-[0-9a-f]{8}\.jsonl$/)
    return readFileSync((await saved.path())!, 'utf8')
  }
  const text = await download()
  const lines = text.trim().split('\n')
  expect(lines).toHaveLength(41)
  for (const line of lines) expect(judgeLine('anonymized_export', line)).toMatchObject({ verdict: 'accepted' })
  expect(text).not.toMatch(/customer|job-\d/)
  expect(JSON.parse(lines[0]!)).toMatchObject({ tokens_out: 260, first_token_ms: 321, tokens_in: 510 })
  expect(await download()).toBe(text)
})

test('a compressed file is unpacked; a damaged one is named', async ({ page, request }) => {
  const packed = gzipSync(await mixedFile(request))
  await page.goto('/my-numbers/')
  await open(page, 'samples.jsonl.gz', packed)
  await expect(box(page, 'Accepted')).toHaveText('40')
  await open(page, 'samples.jsonl.gz', packed.subarray(0, packed.length - 20))
  await expect(page.getByRole('alert')).toContainText('could not be read to its end')
  await open(page, 'empty.jsonl', '\n')
  await expect(page.locator('#result')).toContainText('The file has no lines.')
})

test('a large file leaves the page alive, tells its progress and can be cancelled', async ({ page, request }) => {
  const reference = await fetchReference(request)
  const row = pickRow(reference)
  const samples = Array.from({ length: 45_000 }, (_, i) => sampleOf(reference, row, i, 1))
  await page.goto('/my-numbers/')
  await untilReady(page)
  const path = test.info().outputPath('large.jsonl')
  writeFileSync(path, toJsonl(samples))
  const told = page.evaluate(cancelAtProgress)
  await page.locator('#file').setInputFiles(path)
  expect(await told).toMatch(/[1-9][\d,]* lines/)
  await expect(page.locator('#working')).toBeHidden()
  await expect(page.locator('#result')).toBeEmpty()
})

test('the policy lets the page connect to nothing, not even to its own site', async ({ page }) => {
  await page.goto('/my-numbers/')
  const outcome = await page.evaluate(() =>
    fetch('/data/manifest.json').then(
      () => 'answered',
      () => 'refused',
    ),
  )
  expect(outcome).toBe('refused')
})

/** Runs in the page: presses Cancel as soon as progress is told, before a test beside it could look; returns what was told. */
function cancelAtProgress(): Promise<string> {
  return new Promise((resolve) => {
    const read = document.getElementById('read')!
    const observer = new MutationObserver(() => {
      if (!/[1-9][\d,]* lines/.test(read.textContent)) return
      observer.disconnect()
      for (const button of document.querySelectorAll('button'))
        if (button.textContent.trim() === 'Cancel') button.click()
      resolve(read.textContent)
    })
    observer.observe(read, { childList: true, characterData: true, subtree: true })
  })
}
