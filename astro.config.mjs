import { defineConfig } from 'astro/config'
import { writeLicences } from './site/integrations/licences/write_licences.ts'
import { publishFiles } from './site/integrations/publish_files.ts'
import { writeSitemap } from './site/integrations/write_sitemap.ts'

/** OUT_DIR: where the site is built. BASE_PATH: the sub-path that the site is served from (`/matrix/`). SITE_URL: its origin, for canonical links. REPOSITORY_URL: the repository on GitHub that takes contributions. */
export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: process.env.OUT_DIR ?? './dist/site',
  base: process.env.BASE_PATH ?? '/',
  site: process.env.SITE_URL,
  output: 'static',
  trailingSlash: 'always',
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never', concurrency: 2 },
  // Everything external: the content security policy then needs neither hashes nor 'unsafe-inline'.
  vite: { build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 } },
  integrations: [publishFiles(), writeSitemap(), writeLicences()],
})
