import type { APIContext } from 'astro'
import { addressOf } from '../../data/api/address.ts'
import { FEEDS } from '../../data/api/feeds.ts'
import { writeRss } from '../../lib/api/rss.ts'
import { SITE_NAME } from '../../lib/labels.ts'

export function getStaticPaths() {
  return Object.keys(FEEDS).map((name) => ({ params: { name } }))
}

export function GET({ params }: APIContext): Response {
  const { title, description, items } = FEEDS[params.name as keyof typeof FEEDS]
  const feed = writeRss({ title: `${SITE_NAME}: ${title}`, description, link: addressOf(''), items: items() })
  return new Response(feed, { headers: { 'content-type': 'application/rss+xml; charset=utf-8' } })
}
