import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

const KB = 1000

test('the first page stays within its budget: 150 kB in all, 60 kB of script, gzipped', async ({ page }) => {
  const sizes: { address: string; type: string; bytes: number }[] = []
  const pending: Promise<void>[] = []
  page.on('requestfinished', (request) => {
    const measure = async () => {
      const body = await (await request.response())!.body()
      sizes.push({ address: request.url(), type: request.resourceType(), bytes: gzipSync(body).length })
    }
    pending.push(measure())
  })
  await page.goto('/', { waitUntil: 'networkidle' })
  await Promise.all(pending)
  const sum = (type?: string) => sizes.filter((s) => !type || s.type === type).reduce((total, s) => total + s.bytes, 0)
  console.log(`first page: ${(sum() / KB).toFixed(1)} kB in all, ${(sum('script') / KB).toFixed(1)} kB of script`)
  expect(sum('document')).toBeGreaterThan(0)
  expect(sum()).toBeLessThanOrEqual(150 * KB)
  expect(sum('script')).toBeLessThanOrEqual(60 * KB)
})
