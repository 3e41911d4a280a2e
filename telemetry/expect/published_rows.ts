import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { z } from 'zod'
import { CONCURRENCY_BUCKETS } from '../../contracts/load.ts'
import { showUrl } from '../show_url.ts'

/** What is read of a row of the published matrix. The document may have more columns than this version knows. */
const PublishedRow = z.object({
  kind: z.enum(['curated', 'community']),
  source: z.string(),
  model_id: z.string(),
  gpu_id: z.string(),
  gpu_count: z.int(),
  engine: z.string(),
  quantization: z.string(),
  measurement_type: z.string(),
  concurrency_bucket: z.enum(CONCURRENCY_BUCKETS),
  last_month: z.string(),
  decode_tps_n: z.number().nullable(),
  decode_tps_p25: z.number().nullable(),
  decode_tps_p50: z.number().nullable(),
  decode_tps_p75: z.number().nullable(),
  ttft_ms_p50: z.number().nullable(),
})
export type PublishedRow = z.infer<typeof PublishedRow>

const Document = z.object({ figures: z.array(PublishedRow) })
const Index = z.object({ models: z.record(z.string(), z.string()) })
const MAX_BYTES = 50_000_000
const TIMEOUT_MS = 30_000

/**
 * The published rows of models, from a document of the site's API (`api/v1/models/….json`, `api/v1/gpus/….json`) as a file or at a URL, or from the
 * site itself at a URL, whose index names the document of each. A file is read once, and a request is made only for a URL.
 *
 * @throws Error if it cannot be read, or is no such document
 */
export async function readPublishedRows(from: string, models: readonly string[]): Promise<PublishedRow[]> {
  const rows = /^https?:\/\//.test(from) ? await fetchRows(from, models) : parseRows(from, readFile(from))
  return rows.filter(({ model_id }) => models.includes(model_id))
}

async function fetchRows(from: string, models: readonly string[]): Promise<PublishedRow[]> {
  if (new URL(from).pathname.endsWith('.json')) return parseRows(showUrl(from), await download(new URL(from)))
  const base = new URL(from)
  base.search = ''
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  const address = new URL('api/v1/index.json', base)
  const index = Index.safeParse(parseJson(await download(address)))
  if (!index.success)
    throw new Error(`${showUrl(address.href)}: expected the index of the site's API. Name the site's own address.`)
  const documents = models.flatMap((model) => index.data.models[model] ?? [])
  const rows = documents.map(async (document) => parseRows(showUrl(document), await download(placeOf(document, base))))
  return (await Promise.all(rows)).flat()
}

/** Addresses in the index may name the public site; a copy elsewhere has the same paths. */
function placeOf(document: string, base: URL): URL {
  const path = new URL(document, base).pathname
  return new URL(path.slice(path.indexOf('api/v1/')), base)
}

async function download(url: URL): Promise<string> {
  const answer = await request(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
    throw new Error(
      `${showUrl(url.href)}: expected an answer, found ${(error as NodeJS.ErrnoException).code ?? error.name}.`,
    )
  })
  if (answer.statusCode !== 200) {
    await answer.body.dump()
    throw new Error(`${showUrl(url.href)}: expected status 200, found ${answer.statusCode}.`)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES)
      throw new Error(`${showUrl(url.href)}: expected at most ${MAX_BYTES.toLocaleString('en')} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path}: expected a document of the site's API, found ${(error as NodeJS.ErrnoException).code}.`)
  }
}

function parseRows(place: string, text: string): PublishedRow[] {
  const parsed = Document.safeParse(parseJson(text))
  if (parsed.success) return parsed.data.figures
  throw new Error(
    `${place}: expected a document of a model or GPU from the site's API (api/v1/models/….json), found another file.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
