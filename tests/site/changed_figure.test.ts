import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changedFiles, hashFiles } from './support/changed_files.ts'

/** From a line of data to the page that people read. */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'changed-figure-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MODEL = 'meta-llama--llama-3.1-405b-fp8'
const PAGE = `models/${MODEL}/index.html`

/** Some sources are enough: of the model, and of others that must not change with it. */
const SOURCES = ['dstack', 'localscore']

test('halving the decode times of one source file doubles the figure on the page of its model', () => {
  const dataDir = join(folder, 'data')
  const left = readdirSync('data/curated').filter((source) => !SOURCES.includes(source))
  const isLeft = (path: string) => left.some((source) => path.endsWith(join('curated', source)))
  cpSync('data', dataDir, { recursive: true, filter: (path) => !isLeft(path) })
  const before = decodeSpeed(buildSite('before', dataDir))
  for (const name of h100Files(dataDir)) halveDecodeTimes(name)
  const after = decodeSpeed(buildSite('after', dataDir))
  expect(after / before).toBeCloseTo(2, 1)
  const changed = changedFiles(hashFiles(join(folder, 'before', 'site')), hashFiles(join(folder, 'after', 'site')))
  const pages = changed.filter((path) => path.endsWith('.html'))
  expect(pages).toContain(PAGE)
  // What is not about this model stays as it was, byte for byte, so that only changed files need to be sent anywhere.
  const isOther = (path: string) => /^(models|cells)\/.+\//.test(path) && !path.includes(MODEL)
  expect(pages.filter(isOther)).toEqual([])
  expect([...hashFiles(join(folder, 'after', 'site')).keys()].filter(isOther).length).toBeGreaterThan(10)
})

/** Runs the pipeline and the site build; returns the page's text. */
function buildSite(name: string, dataDir: string): string {
  const out = join(folder, name)
  const args = ['pipeline/cli.ts', '--data', dataDir, '--out', join(out, 'data'), '--no-cache']
  execFileSync(process.execPath, args, { stdio: 'pipe' })
  const env = { ...process.env, DATA_OUT: join(out, 'data'), OUT_DIR: join(out, 'site'), ASTRO_TELEMETRY_DISABLED: '1' }
  execFileSync('node_modules/.bin/astro', ['build'], { env, stdio: 'pipe' })
  return readFileSync(join(out, 'site', PAGE), 'utf8')
}

/** The first figure in tok/s of the table row of the H100. */
function decodeSpeed(page: string): number {
  const [, ...rows] = page.split('<tr')
  const row = rows.find((part) => part.includes('nvidia-h100-sxm5-80gb'))!
  const figure = /class="strong">([\d.,]+)</.exec(row)
  expect(figure, row.slice(0, 600)).not.toBeNull()
  return Number(figure![1]!.replace(',', ''))
}

function h100Files(dataDir: string): string[] {
  const list = execFileSync('grep', ['-rl', 'Llama-3.1-405B-FP8', join(dataDir, 'curated', 'dstack')], {
    encoding: 'utf8',
  })
  return list
    .trim()
    .split('\n')
    .filter((path) => path.endsWith('.jsonl'))
}

function halveDecodeTimes(path: string): void {
  const text = readFileSync(path, 'utf8').replace(
    /"decode_time_ms":([\d.]+)/g,
    (_, ms) => `"decode_time_ms":${Number(ms) / 2}`,
  )
  writeFileSync(path, text)
}
