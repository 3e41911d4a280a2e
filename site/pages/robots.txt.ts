import { addressOf } from '../data/api/address.ts'
import { manifest } from '../data/published.ts'

/** A private build is for nobody to find. */
export function GET(): Response {
  const rules =
    manifest().audience === 'private' ? ['Disallow: /'] : ['Allow: /', `Sitemap: ${addressOf('sitemap.xml')}`]
  return new Response(`${['User-agent: *', ...rules].join('\n')}\n`, { headers: { 'content-type': 'text/plain' } })
}
