import type { APIRoute } from 'astro'
import { ogCards, renderOgCard } from '../../data/og.ts'
import type { OgCard } from '../../lib/og_card.ts'

/** Open Graph needs absolute URLs, so a build without SITE_URL has no pictures. */
export function getStaticPaths() {
  if (!import.meta.env.SITE) return []
  return ogCards().map(({ path, card }) => ({ params: { path }, props: { card } }))
}

export const GET: APIRoute<{ card: OgCard }> = async ({ props }) => {
  const png = await renderOgCard(props.card)
  return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } })
}
