import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AstroIntegration } from 'astro'
import { escapeXml } from '../lib/api/xml.ts'

/** Lists every built page in sitemap.xml. Addresses are absolute if SITE_URL is set, as search engines require. */
export function writeSitemap(): AstroIntegration {
  let root = '/'
  return {
    name: 'write-sitemap',
    hooks: {
      'astro:config:done': ({ config }) => {
        const base = config.base.replace(/\/*$/, '/')
        root = config.site ? new URL(base, config.site).href : base
      },
      'astro:build:done': async ({ dir, pages }) => {
        const paths = pages.map(({ pathname }) => pathname).filter((path) => !/^(404|cost\/)/.test(path))
        await writeFile(join(fileURLToPath(dir), 'sitemap.xml'), formatSitemap(root, paths))
      },
    },
  }
}

/** The sitemap of pages, given by their paths below `root`, sorted. */
export function formatSitemap(root: string, paths: readonly string[]): string {
  const entries = [...paths].sort().map((path) => `<url><loc>${escapeXml(`${root}${path}`)}</loc></url>`)
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
  return `${head}\n${entries.join('\n')}\n</urlset>\n`
}
