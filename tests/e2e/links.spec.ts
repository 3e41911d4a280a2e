import { type APIRequestContext, expect, test } from '@playwright/test'

/** Every address that a page names: links, styles, scripts, icons, data. */
function addressesIn(html: string, base: string): URL[] {
  const found = [...html.matchAll(/\s(?:href|src|data-source)="([^"]+)"/g)]
  return found.map((match) => new URL(match[1]!.replaceAll('&amp;', '&'), base))
}

/** Follows every link of the site from `start`; returns the broken ones, with the page that names them, and how many pages there are. */
async function crawl(request: APIRequestContext, start: string): Promise<{ broken: string[]; pages: number }> {
  const root = new URL(start)
  const queue: [address: string, from: string][] = [[start, '']]
  const known = new Set([start])
  const broken: string[] = []
  let pages = 0
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [address, from] = next
    const response = await request.get(address, { maxRedirects: 0 })
    if (response.status() !== 200) broken.push(`${response.status()} ${address} on ${from}`)
    if (!response.headers()['content-type']?.startsWith('text/html')) continue
    pages++
    for (const url of addressesIn(await response.text(), address)) {
      url.hash = ''
      if (url.host !== root.host || known.has(url.href)) continue
      known.add(url.href)
      if (!url.pathname.startsWith(root.pathname)) broken.push(`outside ${root.pathname}: ${url.href} on ${address}`)
      else queue.push([url.href, address])
    }
  }
  return { broken, pages }
}

test('every link resolves at the root', async ({ request, baseURL }) => {
  test.setTimeout(240_000)
  const { broken, pages } = await crawl(request, `${baseURL}/`)
  expect(broken).toEqual([])
  expect(pages).toBeGreaterThan(20)
})

test('every link resolves under a sub-path', async ({ request }) => {
  test.setTimeout(240_000)
  const { broken, pages } = await crawl(request, test.info().config.metadata.subSite)
  expect(broken).toEqual([])
  expect(pages).toBeGreaterThan(20)
})

test('under a sub-path, filters and the SQL engine work', async ({ page }) => {
  const subSite = test.info().config.metadata.subSite as string
  await page.goto(subSite)
  await page.getByRole('radio', { name: 'First token' }).check()
  await expect(page.locator('#shown')).toContainText('Time to first token')
  await page.goto(`${subSite}explore/`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#status')).toContainText(/\d rows? in \d+ ms/, { timeout: 60_000 })
})
