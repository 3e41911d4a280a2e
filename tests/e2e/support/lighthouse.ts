import { type LaunchedChrome, launch } from 'chrome-launcher'
import lighthouse, { type Result } from 'lighthouse'

export type Category = 'performance' | 'accessibility' | 'best-practices' | 'seo'

/**
 * Lighthouse reads robots.txt by a fetch under the policy of the page, and the policy of /my-numbers forbids every
 * connection on purpose. The file is one for the whole site, and judged on each of the other pages.
 */
const UNREADABLE_UNDER_ITS_POLICY: Record<string, string[]> = { 'my numbers': ['robots-txt'] }
/** Costs a second per page, and no score depends on it. */
const UNSCORED = ['full-page-screenshot', 'screenshot-thumbnails', 'final-screenshot']

export function launchChrome(): Promise<LaunchedChrome> {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
  return launch({ chromePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', chromeFlags: flags })
}

export interface LighthouseRun {
  port: number
  /** The type of the page, as in PAGE_TYPES. */
  page: string
  categories: readonly Category[]
}

/** Judges a page as a phone sees it; on a slow network, which is only simulated, where speed is judged. */
export async function judgePage(address: string, { port, page, categories }: LighthouseRun): Promise<Result> {
  const settings = {
    onlyCategories: [...categories],
    skipAudits: [...UNSCORED, ...(UNREADABLE_UNDER_ITS_POLICY[page] ?? [])],
    disableFullPageScreenshot: true,
    ...(categories.includes('performance') ? {} : { throttlingMethod: 'provided' as const }),
  }
  const { lhr } = (await lighthouse(
    address,
    { port, logLevel: 'silent' },
    { extends: 'lighthouse:default', settings },
  ))!
  return lhr
}

/** The score of a category, of 100. */
export function scoreOf(result: Result, category: Category): number {
  return Math.round((result.categories[category]!.score ?? 0) * 100)
}
