import { addressOf } from '../data/api/address.ts'
import { manifest } from '../data/published.ts'

/** A private build is for nobody to find. The sitemap is named only where the site knows its own address: a relative one is not valid. */
export function GET(): Response {
  const sitemap = import.meta.env.SITE ? [`Sitemap: ${addressOf('sitemap.xml')}`] : []
  const rules = manifest().audience === 'private' ? ['Disallow: /'] : ['Allow: /', ...sitemap]
  return new Response(`${['User-agent: *', ...rules].join('\n')}\n`, { headers: { 'content-type': 'text/plain' } })
}
