import { defineConfig } from 'vitest/config'

/** Unit, property, golden and repository tests; the browser tests in tests/e2e belong to Playwright. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
    globalSetup: 'tests/support/temporary_folder.ts',
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
