import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, request } from '@playwright/test'
import { startServer } from '../../../scripts/serve.ts'
import { PAGE_TYPES } from './site.ts'

const HELP = `Usage: node tests/e2e/support/snapshots.ts OUT [--site DIR] [--only NAME]

Takes a picture of every page type at 1440, 768 and 390 px, light and dark, for people to look at, and writes them to
OUT with an index.html that shows them side by side. Not part of the tests: pictures differ from machine to machine.

  --site DIR    the built site (default: dist/site)
  --only NAME   one page type, for example "model"
`

const WIDTHS = [1440, 768, 390]
const SCHEMES = ['light', 'dark'] as const

/** What the pictures of a page are called: `which-gpu-390-dark.png`. */
const fileName = (name: string, width: number, scheme: string): string =>
  `${name.toLowerCase().replaceAll(' ', '-')}-${width}-${scheme}.png`

async function takePictures(browser: Browser, origin: string, paths: [string, string][], out: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    const page = await browser.newPage({ colorScheme, baseURL: origin })
    for (const [name, path] of paths)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await page.goto(path, { waitUntil: 'networkidle' })
        const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), 4000)
        const clip = { x: 0, y: 0, width, height }
        await page.screenshot({ path: join(out, fileName(name, width, colorScheme)), fullPage: true, clip })
      }
    await page.close()
  }
}

function indexPage(names: string[]): string {
  const row = (name: string) =>
    SCHEMES.flatMap((scheme) => WIDTHS.map((width) => fileName(name, width, scheme)))
      .map((file) => `<a href="${file}"><img src="${file}" alt="${file}" height="400"></a>`)
      .join(' ')
  return `<!doctype html><title>Snapshots</title>${names.map((name) => `<h2>${name}</h2><p>${row(name)}</p>`).join('\n')}`
}

async function main(args: string[]): Promise<void> {
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const [out] = args
  if (!out || out.startsWith('--')) {
    console.log(HELP)
    return
  }
  mkdirSync(out, { recursive: true })
  const server = await startServer({ root: option('--site') ?? 'dist/site' })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const context = await request.newContext({ baseURL: server.url })
    const types = PAGE_TYPES.filter(([name]) => !args.includes('--only') || name === option('--only'))
    const paths = await Promise.all(
      types.map(async ([name, find]): Promise<[string, string]> => [name, await find(context)]),
    )
    await takePictures(browser, server.url, paths, out)
    writeFileSync(join(out, 'index.html'), indexPage(paths.map(([name]) => name)))
  } finally {
    await browser.close()
    await server.close()
  }
}

await main(process.argv.slice(2))
