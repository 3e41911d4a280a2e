import { gzipSync } from 'node:zlib'
import { expect, type Page, type Request, test } from '@playwright/test'
import { pageTypes } from './support/site.ts'

const KB = 1000
const MOST = { all: 150 * KB, script: 60 * KB }

interface Transfer {
  type: string
  bytes: number
}

const sizes = new Map<string, number>()

/** The size of a file as it is sent, gzipped. */
async function sizeOf(page: Page, address: string): Promise<number> {
  if (!sizes.has(address)) sizes.set(address, gzipSync(await (await page.request.get(address)).body()).length)
  return sizes.get(address)!
}

/** Everything that a page asks for until it has loaded. */
async function transfersOf(page: Page, path: string): Promise<Transfer[]> {
  const asked: Request[] = []
  const listen = (request: Request) => asked.push(request)
  page.on('request', listen)
  await page.goto(path)
  page.off('request', listen)
  const own = asked.filter((request) => request.url().startsWith('http'))
  return Promise.all(
    own.map(async (request) => ({ type: request.resourceType(), bytes: await sizeOf(page, request.url()) })),
  )
}

test('every page stays within its budget: 150 kB in all, 60 kB of script, gzipped', async ({ page, request }) => {
  test.setTimeout(120_000)
  const worst = { all: '', script: '', most: { all: 0, script: 0 } }
  for (const [name, path] of await pageTypes(request)) {
    const transfers = await transfersOf(page, path)
    const sum = (type?: string) =>
      transfers.filter((one) => !type || one.type === type).reduce((total, { bytes }) => total + bytes, 0)
    expect(sum('document'), name).toBeGreaterThan(0)
    for (const [what, bytes] of [
      ['all', sum()],
      ['script', sum('script')],
    ] as const) {
      expect.soft(bytes, `${name}: ${what}`).toBeLessThanOrEqual(MOST[what])
      if (bytes <= worst.most[what]) continue
      worst.most[what] = bytes
      worst[what] = `${name} ${(bytes / KB).toFixed(1)} kB`
    }
  }
  console.log(`largest page: ${worst.all}; most script: ${worst.script}`)
})
