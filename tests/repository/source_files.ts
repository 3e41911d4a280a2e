import { listTrackedFiles } from './tracked_files.ts'

/** The tracked source files as path → text. Fixtures are data, even where they look like source. */
export function readSourceFiles(): Map<string, string> {
  const files = new Map<string, string>()
  for (const { path, read } of listTrackedFiles()) {
    if (!/\.(ts|mts|js|mjs|astro)$/.test(path) || path.startsWith('tests/fixtures/')) continue
    files.set(path, read() ?? '')
  }
  return files
}
