import type { Page } from '@playwright/test'
import axeCore from 'axe-core'

/** In other media than the usual only colours differ, and the rest need not be judged twice. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

interface Judged {
  part: string | undefined
  rules: readonly string[] | undefined
}

/**
 * What axe finds on a page as it is, each with the first elements that it is about.
 *
 * @param part a selector of what is judged; the whole page where there is none
 * @param rules the ids of the rules that are judged; all where there are none
 */
export async function axe(page: Page, part?: string, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeCore.source)
  return page.evaluate(judge, { part, rules })
}

/** Leaves the first rows of every table and list: all are made by the same lines of code, and judging hundreds of them takes minutes. */
export function keepFewRows(page: Page): Promise<void> {
  return page.evaluate(() => {
    const others = document.querySelectorAll('tbody tr:nth-child(n + 4), main li:nth-child(n + 9)')
    for (const row of others) row.remove()
  })
}

/** Runs in the page. */
async function judge({ part, rules }: Judged): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof axeCore }
  const only = rules ? { runOnly: [...rules] } : {}
  const { violations } = await axe.run(part ?? document, { resultTypes: ['violations'], ...only })
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
