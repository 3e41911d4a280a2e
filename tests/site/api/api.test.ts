import { expect, test } from 'vitest'
import { formatSitemap } from '../../../site/integrations/write_sitemap.ts'
import { drawBadge } from '../../../site/lib/api/badge.ts'
import { writeRss } from '../../../site/lib/api/rss.ts'
import { escapeXml } from '../../../site/lib/api/xml.ts'

const HOSTILE = `"><script>alert('x')</script>\u202e\u0000&`

test('what data holds stays text in XML', () => {
  expect(escapeXml(HOSTILE)).toBe('&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;')
  expect(drawBadge(HOSTILE, HOSTILE)).not.toMatch(/<script|\u202e/)
  const item = { id: HOSTILE, title: HOSTILE, link: HOSTILE, text: HOSTILE, day: '2026-11-24' }
  const feed = writeRss({ title: HOSTILE, description: '', link: '/', items: [item] })
  expect(feed).not.toMatch(/<script|\u202e/)
  expect(feed).toContain('<pubDate>Tue, 24 Nov 2026 00:00:00 GMT</pubDate>')
})

test('a badge of a long name is cut, and wide enough for what it says', () => {
  const badge = drawBadge('m'.repeat(200), '52.1 tok/s')
  const width = Number(/width="(\d+)"/.exec(badge)![1])
  const lengths = [...badge.matchAll(/textLength="(\d+)"/g)].map((match) => Number(match[1]))
  expect(badge).toContain(`${'m'.repeat(59)}…`)
  expect(width).toBe(lengths[0]! + lengths[1]! + 32)
  expect(badge).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/)
})

test('a regression without a day has no date', () => {
  const item = { id: 'a', title: 'b', link: '/c', text: 'd', day: null }
  expect(writeRss({ title: 't', description: 'd', link: '/', items: [item] })).not.toContain('pubDate')
})

test('a sitemap lists pages under the root, in order', () => {
  const map = formatSitemap('https://example.org/m/', ['models/', '', 'a&b/'])
  expect([...map.matchAll(/<loc>(.*?)<\/loc>/g)].map((match) => match[1])).toEqual([
    'https://example.org/m/',
    'https://example.org/m/a&amp;b/',
    'https://example.org/m/models/',
  ])
})
