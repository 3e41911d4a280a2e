import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/**
 * Axe on a page of this site. Its pages have no frames, so the results need no second page to be put together in, which costs more than the
 * judging itself.
 */
export function axeOn(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
}

/** What axe finds on the page, or a part of it, as it is. */
export async function axe(page: Page, part = 'body'): Promise<string[]> {
  return describeViolations(axeOn(page).include(part))
}

/** What is found, each with the first elements that it is about. */
export async function describeViolations(builder: AxeBuilder): Promise<string[]> {
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
