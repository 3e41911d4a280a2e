import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from '@playwright/test'
import { startServer } from '../../../scripts/serve.ts'
import type { BrowserBench } from './bench.ts'
import { benchFilter } from './filter.ts'
import { benchLighthouse } from './lighthouse.ts'
import { benchQueries } from './queries.ts'

export const BROWSER_HELP = `The built site in a browser (--only browser): Lighthouse's performance score and LCP of every page type (a phone on a slow network,
  simulated), the time from a filter to its paint with 20,000 figures, and SQL on 500,000 bins. Exit code 1 where a budget is missed.
  CHROMIUM_PATH names the browser (default: /usr/bin/chromium).

  --site DIR      the built site (default: dist/site; npm run build makes it)
  --rounds N      rounds of each measure that misses its budget; the median counts, or the quietest (default: 5)
  --measure M     lighthouse, filter or sql; may be given again (default: all)
`

const MEASURES = ['lighthouse', 'filter', 'sql'] as const

/** Measures a built site and prints each measure against its budget. */
export async function benchBrowser(args: readonly string[]): Promise<void> {
  const { site, rounds, measures } = readOptions(args)
  const server = await startServer({ root: site })
  const bench: BrowserBench = { origin: server.url.replace(/\/$/, ''), rounds }
  try {
    if (measures.includes('lighthouse')) await benchLighthouse(bench)
    if (measures.includes('filter')) await withBrowser((browser) => benchFilter(browser, bench))
    if (measures.includes('sql')) await withBrowser((browser) => benchQueries(browser, bench))
  } finally {
    await server.close()
  }
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      site: { type: 'string', default: 'dist/site' },
      rounds: { type: 'string', default: '5' },
      measure: { type: 'string', multiple: true, default: [...MEASURES] },
    },
  })
  for (const measure of values.measure)
    if (!(MEASURES as readonly string[]).includes(measure))
      throw new TypeError(`--measure: expected ${MEASURES.join(', ')}, found "${measure}"`)
  if (!/^[1-9]\d?$/.test(values.rounds))
    throw new TypeError(`--rounds: expected a whole number from 1 to 99, found "${values.rounds}"`)
  if (!existsSync(join(values.site, 'index.html')))
    throw new Error(`--site: expected a built site in ${values.site}, found no index.html. Run: npm run build`)
  return { site: values.site, rounds: Number(values.rounds), measures: values.measure }
}

async function withBrowser(work: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  try {
    await work(browser)
  } finally {
    await browser.close()
  }
}
