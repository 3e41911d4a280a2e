import { defineConfig } from '@playwright/test'

/** Ports of the two builds under test: at the root, and under a sub-path. */
const PORT = Number(process.env.E2E_PORT ?? 4733)
export const SUB_PATH = '/matrix/'
const FOLDERS = { site: process.env.E2E_SITE ?? 'dist/site', subSite: process.env.E2E_SITE_SUB ?? 'dist/site-sub' }

const serve = (folder: string, port: number, basePath: string) => ({
  command: `node scripts/serve.ts ${folder}`,
  url: `http://127.0.0.1:${port}${basePath}`,
  env: { HOST: '127.0.0.1', PORT: String(port), BASE_PATH: basePath },
  reuseExistingServer: false,
  timeout: 180_000,
})

/**
 * Browser tests of the built site. CHROMIUM_PATH names the browser; the builds are expected in dist/site and dist/site-sub.
 * All limits are there to find what hangs: a busy machine is slower than a quiet one by far.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/support/temporary_folder.ts',
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  metadata: { subSite: `http://127.0.0.1:${PORT + 1}${SUB_PATH}`, folders: FOLDERS },
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
  webServer: [serve(FOLDERS.site, PORT, '/'), serve(FOLDERS.subSite, PORT + 1, SUB_PATH)],
})
