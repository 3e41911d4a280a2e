import { escapeXml } from './xml.ts'

export interface FeedItem {
  /** Stable across builds, so that a feed reader shows the item once. */
  id: string
  title: string
  link: string
  text: string
  /** YYYY-MM-DD; null if the data has no day. */
  day: string | null
}

export interface Feed {
  title: string
  description: string
  link: string
  items: readonly FeedItem[]
}

/** A feed as RSS 2.0. */
export function writeRss({ title, description, link, items }: Feed): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0"><channel>',
    element('title', title),
    element('link', link),
    element('description', description),
    element('language', 'en'),
    ...items.map(writeItem),
    '</channel></rss>\n',
  ].join('\n')
}

function writeItem({ id, title, link, text, day }: FeedItem): string {
  const date = day === null ? '' : element('pubDate', new Date(`${day}T00:00:00Z`).toUTCString())
  const guid = `<guid isPermaLink="false">${escapeXml(id)}</guid>`
  return `<item>${element('title', title)}${element('link', link)}${guid}${date}${element('description', text)}</item>`
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}
