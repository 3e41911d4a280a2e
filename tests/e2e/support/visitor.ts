import { expect, type Page } from '@playwright/test'

/** What a visitor comes for takes at most this many clicks, choices, texts and keys. */
export const MOST_ACTS = 4

/** Counts what a visitor does, and fails at one act too many. */
export function visitor(page: Page) {
  let acts = 0
  const act = async <T>(what: Promise<T>): Promise<T> => {
    const done = await what
    acts++
    expect(acts, 'interactions').toBeLessThanOrEqual(MOST_ACTS)
    return done
  }
  const isNarrow = page.viewportSize()!.width < 800
  return {
    act,
    /** The main menu, which is folded on a phone. */
    openMenu: async () => {
      if (isNarrow) await act(page.getByRole('button', { name: 'Menu' }).click())
    },
  }
}
