import { type APIRequestContext, expect, type Page } from '@playwright/test'
import { type CompactMatrix, decodeMatrix } from '../../../site/lib/matrix/codec.ts'
import type { Matrix } from '../../../site/lib/matrix/entries.ts'

/** The figures that the built site shows. */
export async function fetchMatrix(request: APIRequestContext): Promise<Matrix> {
  const response = await request.get('/matrix.json')
  return decodeMatrix((await response.json()) as CompactMatrix)
}

/** One page of every type, by a name for the report. Pages of models and the like are those with most figures. */
export async function pageTypes(request: APIRequestContext): Promise<[name: string, path: string][]> {
  const matrix = await fetchMatrix(request)
  const most = (key: 'model' | 'gpu' | 'engine'): number => {
    const counts = new Map<number, number>()
    for (const entry of matrix.entries) counts.set(entry[key], (counts.get(entry[key]) ?? 0) + 1)
    return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
  }
  const richest = [...matrix.entries].sort((a, b) => (b.figures.ttft_ms?.n ?? 0) - (a.figures.ttft_ms?.n ?? 0))[0]!
  return [
    ['matrix', '/'],
    ['models', '/models/'],
    ['model', `/models/${matrix.models[most('model')]!.slug}/`],
    ['gpus', '/gpus/'],
    ['gpu', `/gpus/${matrix.gpus[most('gpu')]!.id}/`],
    ['engines', '/engines/'],
    ['engine', `/engines/${matrix.engines[most('engine')]!.id}/`],
    ['cell', `/cells/${richest.id}/`],
    ['explore', '/explore/'],
    ['methods', '/methods/'],
    ['data', '/data/'],
    ['which GPU', '/which-gpu/'],
    ['comparisons', '/compare/'],
    ['comparison', await firstLink(request, '/compare/', /href="(\/compare\/[^"]+-vs-[^"]+\/)"/)],
    ['versions', '/versions/'],
    ['versions of an engine', await firstLink(request, '/versions/', /href="(\/versions\/[^"]+\/)"/)],
    ['cost', '/cost/'],
    ['my numbers', '/my-numbers/'],
    ['for machines', '/api/'],
    ['documentation', '/docs/'],
    ['privacy', '/docs/privacy/'],
    ['glossary', '/docs/glossary/'],
    ['not found', '/404.html'],
  ]
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

/** Waits until the script of the matrix has applied the state of the address. */
export async function rowsOf(page: Page): Promise<number> {
  return page.locator('#table tbody tr').count()
}

export async function expectNoProblems({ problems }: { problems: string[] }): Promise<void> {
  expect(problems).toEqual([])
}
