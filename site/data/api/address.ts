import { href } from '../../lib/href.ts'

/** The absolute URL of a page or file, for feeds and machines; without SITE_URL a path from the root of the host. */
export function addressOf(path: string): string {
  const site = import.meta.env.SITE as string | undefined
  return site ? new URL(href(path), site).href : href(path)
}
