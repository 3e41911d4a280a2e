import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'site/local')
const TARGET = join(ROOT, 'dist/orch/ui.html')
/** What the page may weigh. */
const MOST_BYTES = 400_000

/** The page of `orch ui` in one file: style and script within, and a policy that lets nothing else run and connects to its own host only. */
export async function buildPage(): Promise<string> {
  const [script, style] = await Promise.all([bundle('page.ts'), bundle('style.css')])
  const icon = `data:image/svg+xml;base64,${readFileSync(join(ROOT, 'site/public/icon.svg')).toString('base64')}`
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = readFileSync(join(FOLDER, 'page.html'), 'utf8')
    .replace('{{policy}}', policy)
    .replace('{{icon}}', icon)
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`)
  if (page.length > MOST_BYTES) throw new Error(`orch ui: expected ${MOST_BYTES} bytes at most, found ${page.length}`)
  return page
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  })
  const text = outputFiles[0]!.text.trim()
  if (/<\/(script|style)/i.test(text)) throw new Error(`${entry}: its text ends its own element`)
  return text
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

if (import.meta.main) {
  const page = await buildPage()
  mkdirSync(dirname(TARGET), { recursive: true })
  writeFileSync(`${TARGET}.new`, page)
  renameSync(`${TARGET}.new`, TARGET)
  console.log(`dist/orch/ui.html: ${(page.length / 1000).toFixed(1)} kB`)
}
