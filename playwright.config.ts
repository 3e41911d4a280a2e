import { defineConfig } from '@playwright/test'

/** Ports of the two builds under test: at the root, and under a sub-path. */
const PORT = Number(process.env.E2E_PORT ?? 4733)
export const SUB_PATH = '/matrix/'

const serve = (folder: string, port: number, basePath: string) => ({
  command: `node scripts/serve.ts ${folder}`,
  url: `http://127.0.0.1:${port}${basePath}`,
  env: { HOST: '127.0.0.1', PORT: String(port), BASE_PATH: basePath },
  reuseExistingServer: false,
})

/** Browser tests of the built site. CHROMIUM_PATH names the browser; the builds are expected in dist/site and dist/site-sub. */
export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/support/temporary_folder.ts',
  workers: 2,
  timeout: 60_000,
  reporter: 'list',
  metadata: { subSite: `http://127.0.0.1:${PORT + 1}${SUB_PATH}` },
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
  webServer: [
    serve(process.env.E2E_SITE ?? 'dist/site', PORT, '/'),
    serve(process.env.E2E_SITE_SUB ?? 'dist/site-sub', PORT + 1, SUB_PATH),
  ],
})
