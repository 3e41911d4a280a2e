import { defineConfig } from 'vitest/config'

/**
 * Unit, property, golden and repository tests; the browser tests in tests/e2e belong to Playwright.
 * All limits are there to find what hangs: a busy machine is slower than a quiet one by far.
 */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
    globalSetup: 'tests/support/temporary_folder.ts',
    // Workers keep what they have loaded (zod, DuckDB, Arrow) from file to file. What a file changes of its process, it puts back.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
})
