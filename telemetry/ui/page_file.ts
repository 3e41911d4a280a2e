import { readFileSync } from 'node:fs'

/** Where `scripts/build_ui.ts` writes the page: in the compiled package, and seen from the sources. */
const PLACES = ['../../ui.html', '../../dist/orch/ui.html']

/** The page, in one file. @throws an Error with the fix if it was not built */
export function readPageFile(): string {
  for (const place of PLACES)
    try {
      return readFileSync(new URL(place, import.meta.url), 'utf8')
    } catch {}
  throw new Error('orch ui: expected the page, dist/orch/ui.html, found none. Build it: npm run build:ui')
}
