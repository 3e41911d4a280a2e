import { gzipSync } from 'node:zlib'
import type { Page, Request } from '@playwright/test'

/** What a page asks the server for, in bytes as they are sent, gzipped. */
export interface Transfers {
  document: number
  script: number
  all: number
}

const sizes = new Map<string, number>()

/** Listens to a page; the function that it returns adds up what was asked for since. */
export function watchTransfers(page: Page): () => Promise<Transfers> {
  const asked: Request[] = []
  const listen = (request: Request) => request.url().startsWith('http') && asked.push(request)
  page.on('request', listen)
  return async () => {
    page.off('request', listen)
    const transfers: Transfers = { document: 0, script: 0, all: 0 }
    for (const request of asked) {
      const bytes = await sizeOf(page, request.url())
      const type = request.resourceType()
      transfers.all += bytes
      if (type === 'document' || type === 'script') transfers[type] += bytes
    }
    return transfers
  }
}

async function sizeOf(page: Page, address: string): Promise<number> {
  if (!sizes.has(address)) sizes.set(address, gzipSync(await (await page.request.get(address)).body()).length)
  return sizes.get(address)!
}
