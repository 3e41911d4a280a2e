import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The links of a built site. */
export interface SiteLinks {
  pages: number
  links: number
  /** Those that lead to no file, each with a page that has it. */
  broken: string[]
}

/**
 * Follows every address of every page of a built site to its file.
 *
 * @param folder the built site
 * @param basePath the path at which it is served, as '/' or '/matrix/'
 */
export function checkLinks(folder: string, basePath: string): SiteLinks {
  const files = new Set(listFiles(folder))
  const pages = [...files].filter((path) => path.endsWith('.html'))
  const known = new Map<string, string>()
  for (const page of pages)
    for (const address of addressesIn(readFileSync(join(folder, page), 'utf8'), `${basePath}${page}`))
      if (!known.has(address)) known.set(address, page)
  const broken = [...known].flatMap(([address, page]) => {
    const problem = describeProblem(address, basePath, files)
    return problem === undefined ? [] : [`${problem}: ${address} on ${page}`]
  })
  return { pages: pages.length, links: known.size, broken }
}

const SITE = 'http://site.invalid'

/** Every address of the site that a page names, without fragment and query: links, styles, scripts, icons, data. */
function addressesIn(html: string, path: string): string[] {
  const base = new URL(path, SITE)
  return [...html.matchAll(/\s(?:href|src|data-source)="([^"]+)"/g)]
    .map(([, value]) => new URL(value!.replaceAll('&amp;', '&'), base))
    .filter(({ origin }) => origin === SITE)
    .map(({ pathname }) => pathname)
}

function describeProblem(address: string, basePath: string, files: ReadonlySet<string>): string | undefined {
  if (!address.startsWith(basePath)) return `outside ${basePath}`
  const path = decodeURIComponent(address.slice(basePath.length))
  // A server would redirect a folder without its slash, which costs a visitor a round trip.
  return files.has(path === '' || path.endsWith('/') ? `${path}index.html` : path) ? undefined : 'no file'
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
}
