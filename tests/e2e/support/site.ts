import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { type CompactMatrix, decodeMatrix } from '../../../site/lib/matrix/codec.ts'
import type { Matrix } from '../../../site/lib/matrix/entries.ts'

/** Widths at which a way through a page is tried that is tried in full at 1440 px. */
export const NARROW = [768, 390]

/** Nothing of the page is to be reached by scrolling it sideways. */
export async function expectFits(page: Page, width: number, where?: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), where).toBeLessThanOrEqual(width)
}

let fetched: Promise<Matrix> | undefined

/** The figures that the built site shows; they are read once by each worker. */
export function fetchMatrix(request: APIRequestContext): Promise<Matrix> {
  fetched ??= request
    .get('/matrix.json')
    .then(async (response) => decodeMatrix((await response.json()) as CompactMatrix))
  return fetched
}

type FindPath = (request: APIRequestContext) => string | Promise<string>

/** One page of every type, by a name for the report. Pages of models and the like are those with most figures. */
export const PAGE_TYPES: readonly [name: string, find: FindPath][] = [
  ['matrix', () => '/'],
  ['models', () => '/models/'],
  ['model', async (request) => `/models/${(await richest(request)).model.slug}/`],
  ['gpus', () => '/gpus/'],
  ['gpu', async (request) => `/gpus/${(await richest(request)).gpu.id}/`],
  ['engines', () => '/engines/'],
  ['engine', async (request) => `/engines/${(await richest(request)).engine.id}/`],
  ['cell', async (request) => `/cells/${(await richest(request)).cell}/`],
  ['explore', () => '/explore/'],
  ['methods', () => '/methods/'],
  ['data', () => '/data/'],
  ['which GPU', () => '/which-gpu/'],
  ['comparisons', () => '/compare/'],
  ['comparison', (request) => firstLink(request, '/compare/', /href="(\/compare\/[^"]+-vs-[^"]+\/)"/)],
  ['versions', () => '/versions/'],
  ['versions of an engine', (request) => firstLink(request, '/versions/', /href="(\/versions\/[^"]+\/)"/)],
  ['serving', () => '/serving/'],
  ['my numbers', () => '/my-numbers/'],
  ['contribute', () => '/contribute/'],
  ['for machines', () => '/api/'],
  ['documentation', () => '/docs/'],
  ['privacy', () => '/docs/privacy/'],
  ['glossary', () => '/docs/glossary/'],
  ['not found', () => '/404.html'],
]

/** What most figures are about, and the cell with most samples. */
async function richest(request: APIRequestContext) {
  const { entries, models, gpus, engines } = await fetchMatrix(request)
  const most = (key: 'model' | 'gpu' | 'engine'): number => {
    const counts = new Map<number, number>()
    for (const entry of entries) counts.set(entry[key], (counts.get(entry[key]) ?? 0) + 1)
    return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
  }
  const [{ id: cell }] = entries.toSorted((a, b) => (b.figures.ttft_ms?.n ?? 0) - (a.figures.ttft_ms?.n ?? 0)) as [
    Matrix['entries'][number],
  ]
  return { model: models[most('model')]!, gpu: gpus[most('gpu')]!, engine: engines[most('engine')]!, cell }
}

/** Waits until the interactive part of the page works. What is clicked or typed before is done then; keys are not. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator('[data-island][data-live]').waitFor({ state: 'attached' })
}

/** The first address on a page that looks like the pattern. */
async function firstLink(request: APIRequestContext, path: string, pattern: RegExp): Promise<string> {
  return pattern.exec(await (await request.get(path)).text())![1]!
}

/** Watches for what no page may do: log an error (a breach of the content security policy is one), throw, or ask another host. */
export function watch(page: Page): { problems: string[] } {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const own = hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:'
    if (!own) problems.push(`request to another host: ${request.url()}`)
  })
  return { problems }
}
