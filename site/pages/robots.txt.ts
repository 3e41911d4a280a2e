import { addressOf } from '../data/api/address.ts'
import { manifest } from '../data/published.ts'

/** A private build is not to be indexed. The sitemap is named only if the build has SITE_URL, since its address has to be absolute. */
export function GET(): Response {
  const sitemap = import.meta.env.SITE ? [`Sitemap: ${addressOf('sitemap.xml')}`] : []
  const rules = manifest().audience === 'private' ? ['Disallow: /'] : ['Allow: /', ...sitemap]
  return new Response(`${['User-agent: *', ...rules].join('\n')}\n`, { headers: { 'content-type': 'text/plain' } })
}
