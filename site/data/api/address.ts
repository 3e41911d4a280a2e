import { href } from '../../lib/href.ts'

/** The whole address of a page or file, as feeds and machines need it; without SITE_URL it begins at the root of the host. */
export function addressOf(path: string): string {
  const site = import.meta.env.SITE as string | undefined
  return site ? new URL(href(path), site).href : href(path)
}
