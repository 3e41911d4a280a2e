import { defineConfig } from '@playwright/test'

/** The build under test, and the port on which it is served. */
const SITE = process.env.E2E_SITE ?? 'dist/site'
const PORT = Number(process.env.E2E_PORT ?? 4733)

/**
 * Browser tests of the built site. CHROMIUM_PATH names the browser; the build is expected in dist/site.
 * All limits are there to find what hangs: a busy machine is slower than a quiet one by far.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/support/temporary_folder.ts',
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  metadata: { site: SITE },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  webServer: {
    command: `node scripts/serve.ts ${SITE}`,
    url: `http://127.0.0.1:${PORT}/`,
    env: { HOST: '127.0.0.1', PORT: String(PORT), BASE_PATH: '/' },
    reuseExistingServer: false,
    timeout: 180_000,
  },
})
