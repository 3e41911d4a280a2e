import { expect, type Page, test } from '@playwright/test'
import { changedFiles, hashFiles } from '../site/support/changed_files.ts'
import { hostileData } from '../site/support/hostile_data.ts'
import { ENGINE_NAMES, GPU_NAMES, LONGEST, MODEL_NAMES, PROVIDER, SOURCE } from '../site/support/hostile_names.ts'
import { parsePage, readFigureTables } from './support/agreement/built_pages.ts'
import { axe } from './support/axe.ts'
import { type HostileSite, SUB_PATH, startHostileSite } from './support/hostile_site.ts'
import { isFormula, readCsv } from './support/read_csv.ts'
import { watch } from './support/site.ts'
import { checkLinks } from './support/site_links.ts'

/** One site of hostile names and community figures, under a sub-path, for all tests of this file. */
let site: HostileSite
test.beforeAll(async () => {
  test.setTimeout(600_000)
  site = await startHostileSite()
})
test.afterAll(() => site?.close())

const slugOf = (modelId: string) => modelId.slice(3).replace('/', '--')
const json = async (page: Page, path: string) => (await page.request.get(site.address + path)).json()
const text = async (page: Page, path: string) => (await page.request.get(site.address + path)).text()
const SEEN_BY_NONE = /[\p{Cc}\p{Cf}]/gu
/** Text without what no one sees, and with blanks as a page shows them. */
const plain = (value: string) => value.replace(SEEN_BY_NONE, '').replace(/\s+/g, ' ').trim()

/** Pages by path, with the names that each has to show as they are. */
async function hostilePages(page: Page): Promise<[path: string, names: string[]][]> {
  const { cells } = (await json(page, '/api/v1/index.json')) as { cells: Record<string, string> }
  const cellOf = (...parts: string[]) =>
    `/cells/${Object.keys(cells).find((id) => parts.every((part) => id.includes(part)))!}/`
  return [
    ['/', Object.values(MODEL_NAMES).slice(0, 2)],
    ['/?view=list', [MODEL_NAMES['hf:org/title']]],
    ['/models/', Object.values(MODEL_NAMES)],
    ...Object.entries(MODEL_NAMES).map(([id, name]): [string, string[]] => [`/models/${slugOf(id)}/`, [name]]),
    ['/gpus/', Object.values(GPU_NAMES)],
    ...Object.entries(GPU_NAMES).map(([id, name]): [string, string[]] => [`/gpus/${id}/`, [name]]),
    ['/engines/', Object.values(ENGINE_NAMES)],
    ...Object.entries(ENGINE_NAMES).map(([id, name]): [string, string[]] => [`/engines/${id}/`, [name]]),
    [
      cellOf('template', 'gpu-markup', 'engine-markup'),
      [MODEL_NAMES['hf:org/template'], GPU_NAMES['gpu-markup'], plain(SOURCE.title), PROVIDER],
    ],
    [cellOf('title', 'constructor', 'vllm'), [MODEL_NAMES['hf:org/title'], GPU_NAMES.constructor]],
    [
      cellOf('org--longest', 'gpu-longest', 'engine-longest'),
      [LONGEST, LONGEST.toLowerCase(), ENGINE_NAMES['engine-longest']],
    ],
    ['/compare/', [GPU_NAMES['gpu-markup']]],
    ['/compare/?gpus=gpu-markup,gpu-plain,gpu-longest', [GPU_NAMES['gpu-markup'], LONGEST]],
    ['/compare/gpu-longest-vs-gpu-markup/', [GPU_NAMES['gpu-markup'], LONGEST]],
    ['/compare/constructor-vs-gpu-formula/', [GPU_NAMES.constructor, GPU_NAMES['gpu-formula']]],
    ['/which-gpu/?model=org--title', [MODEL_NAMES['hf:org/title'], GPU_NAMES['gpu-markup']]],
    ['/serving/?model=org--template', [MODEL_NAMES['hf:org/template']]],
    ['/data/', [plain(SOURCE.title), SOURCE.licence, SOURCE.revision]],
    ['/versions/', [ENGINE_NAMES.vllm]],
    ['/versions/vllm/', [MODEL_NAMES['hf:org/plain'], GPU_NAMES['gpu-plain']]],
    ['/my-numbers/', []],
    ['/explore/', []],
    ['/methods/', []],
    ['/api/', []],
  ]
}

test('hostile names are text on every page, run nothing, and fit a phone', async ({ page }) => {
  test.setTimeout(600_000)
  const seen = watch(page)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    dialog.dismiss()
  })
  await page.setViewportSize({ width: 390, height: 844 })
  for (const [path, names] of await hostilePages(page)) {
    // With a question in the address, a script fetches the answer.
    await page.goto(site.address + path, { waitUntil: path.includes('?') ? 'networkidle' : 'load' })
    const found = await page.evaluate(readPage)
    for (const name of names) expect.soft(plain(found.text), path).toContain(plain(name))
    expect.soft(found.injected, `${path}: elements that a name made`).toEqual([])
    expect.soft(found.width, `${path}: width`).toBeLessThanOrEqual(390)
    expect.soft(found.brokenJson, `${path}: data for machines`).toEqual([])
  }
  expect(dialogs).toEqual([])
  expect(seen.problems).toEqual([])
})

/** Runs in the page: its text, what no page of this site has unless a name was taken for markup, and how wide it is. */
function readPage() {
  const inline = [...document.querySelectorAll<HTMLScriptElement>('script:not([src])')]
  const isData = (script: HTMLScriptElement) => script.type.endsWith('json')
  const isJson = (script: HTMLScriptElement) => {
    try {
      return typeof JSON.parse(script.text) === 'object'
    } catch {
      return false
    }
  }
  const handlers = [...document.querySelectorAll('*')].filter((node) =>
    [...node.attributes].some(({ name, value }) => /^on/.test(name) || /^\s*javascript:/i.test(value)),
  )
  const foreign = document.querySelectorAll(
    'main :is(img:not([src^="data:"], .badge), iframe, object, embed, base, meta)',
  )
  return {
    text: `${document.title} ${document.body.textContent}`,
    injected: [...inline.filter((script) => !isData(script)), ...handlers, ...foreign].map((node) =>
      node.outerHTML.slice(0, 200),
    ),
    brokenJson: inline
      .filter(isData)
      .filter((script) => !isJson(script))
      .map((script) => script.text.slice(0, 200)),
    width: document.documentElement.scrollWidth,
  }
}

test('hostile names pass through the matrix at work: search, filters, details, the dialog and the CSV', async ({
  page,
}) => {
  const seen = watch(page)
  await page.goto(`${site.address}/?view=list`)
  await page.getByLabel('Model', { exact: true }).fill(MODEL_NAMES['hf:org/title'])
  await expect(page.locator('#extent')).toContainText('1 model')
  await page.locator('#more-filters').click()
  await expect(page.locator('#facets')).toContainText(plain(SOURCE.title).slice(0, 40))
  await page.getByLabel('View').selectOption('grid')
  await page.getByLabel('Model', { exact: true }).fill('')
  await page.locator('a.more:visible').first().click()
  await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible()
  await page.keyboard.press('Escape')
  const waiting = page.waitForEvent('download')
  await page.locator('#csv').click()
  const chunks: Buffer[] = []
  for await (const chunk of await (await waiting).createReadStream()) chunks.push(chunk as Buffer)
  const rows = readCsv(Buffer.concat(chunks).toString('utf8'))
  expect(rows.length).toBeGreaterThan(100)
  expect(rows.flat().filter(isFormula)).toEqual([])
  expect(rows.map(([model]) => model)).toContain(`'${MODEL_NAMES['hf:org/formula']}`)
  expect(seen.problems).toEqual([])
})

test('hostile names are values in what machines read: JSON, CSV, badges, feeds and the sitemap', async ({ page }) => {
  await page.goto(`${site.address}/docs/`)
  for (const [id, name] of Object.entries(MODEL_NAMES))
    expect((await json(page, `/api/v1/models/${slugOf(id)}.json`)).model.name).toBe(name)
  const { models, gpus } = await json(page, '/matrix.json')
  expect(models.map((model: { name: string }) => model.name).sort()).toEqual(Object.values(MODEL_NAMES).sort())
  expect(gpus.map((gpu: { name: string }) => gpu.name).sort()).toEqual(Object.values(GPU_NAMES).sort())
  for (const table of ['models', 'gpus', 'engines', 'sources', 'prices', 'matrix', 'cells']) {
    const rows = readCsv(await text(page, `/api/v1/tables/${table}.csv`))
    expect(new Set(rows.map((row) => row.length)).size, table).toBe(1)
    expect(rows.flat().filter(isFormula), table).toEqual([])
  }
  const { cells } = (await json(page, '/api/v1/index.json')) as { cells: Record<string, string> }
  const ids = Object.keys(cells)
  const badges = ['template', 'title', 'formula', 'longest'].map(
    (part) => `/badges/${ids.find((id) => id.includes(part))}.svg`,
  )
  for (const path of ['/feeds/data.xml', '/feeds/regressions.xml', '/sitemap.xml', ...badges]) {
    const { broken, scripts } = await page.evaluate(parseXml, await text(page, path))
    expect(broken, path).toBeNull()
    expect(scripts, path).toBe(0)
  }
  const { text: feed } = await page.evaluate(parseXml, await text(page, '/feeds/data.xml'))
  expect(plain(feed)).toContain(plain(SOURCE.title))
  expect(await text(page, '/llms.txt')).not.toMatch(SEEN_EXCEPT_LINES)
})
const SEEN_EXCEPT_LINES = /[^\P{Cc}\n]|\p{Cf}/u

/** Runs in the page: whether the text is well-formed XML, and what it says. */
function parseXml(xml: string): { broken: string | null; scripts: number; text: string } {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml')
  return {
    broken: parsed.querySelector('parsererror')?.textContent ?? null,
    scripts: parsed.querySelectorAll('script, foreignObject, [onload]').length,
    text: parsed.documentElement.textContent ?? '',
  }
}

test('under a sub-path, every link leads to a file', () => {
  const { pages, links, broken } = checkLinks(site.folder, SUB_PATH)
  expect(broken).toEqual([])
  expect(pages).toBeGreaterThan(20)
  expect(links).toBeGreaterThan(pages)
})

test('under a sub-path, filters and the SQL engine work', async ({ page }) => {
  await page.goto(`${site.address}/`)
  await page.getByRole('radio', { name: 'First token' }).check()
  await expect(page.locator('#shown')).toContainText('Time to first token')
  await page.goto(`${site.address}/explore/`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.locator('#status')).toContainText(/\d rows? in \d+ ms/, { timeout: 120_000 })
})

test('each published table is read once for the whole site', () => {
  const { reads, pages } = site.build
  expect(pages).toBeGreaterThan(150)
  expect(Object.keys(reads)).toContain('matrix.arrow')
  expect(Object.entries(reads).filter(([, count]) => count > 1)).toEqual([])
})

test('community figures: better only where the intervals are apart, alike where they are not, no verdict on too few', async ({
  page,
}) => {
  const verdict = async (pair: string) => {
    await page.goto(`${site.address}/compare/${pair}/`)
    return page.locator('#single_stream-decode_tps-community .answer-head').innerText()
  }
  expect(await verdict('gpu-markup-vs-gpu-plain')).toMatch(
    /^NVIDIA Plain One is faster than .* in the one like-for-like comparison, /,
  )
  expect(await verdict('gpu-plain-vs-gpu-twin')).toMatch(/are indistinguishable in the one like-for-like comparison\.$/)
  expect(await verdict('gpu-new-vs-gpu-plain')).toMatch(
    /^Too few contributors to tell .*, in 1 like-for-like comparison\.$/,
  )
  expect(await verdict('gpu-plain-vs-gpu-rare')).toMatch(
    /^Too few contributors to tell .*, in 1 like-for-like comparison\.$/,
  )
  await page.goto(`${site.address}/which-gpu/?model=org--plain`)
  await expect(page.locator('.answer-head')).toContainText(/measured results for Plain 8B: .*\((curated|community)\)/)
  const shared = page.locator('.answer-bars tbody tr').filter({ hasText: 'contributors' })
  const evidenceOf = (name: string) => shared.filter({ hasText: name }).locator('.evidence').first()
  for (const [name, evidence] of Object.entries({
    'NVIDIA Rare': 'insufficient',
    'NVIDIA Few Owners': 'provisional',
    'NVIDIA Plain One': 'ranked',
    'NVIDIA Plain Two': 'ranked',
  }))
    await expect(evidenceOf(name), name).toContainText(evidence)
  expect(await axe(page, 'main')).toEqual([])
})

test('community figures are told from curated ones, and the weak from the strong, by more than colour', async ({
  page,
}) => {
  const { cells } = (await json(page, '/api/v1/index.json')) as { cells: Record<string, string> }
  const open = (gpu: string) =>
    page.goto(
      `${site.address}/cells/${Object.keys(cells).find((id) => id.includes(`_${gpu}_`) && id.endsWith('community'))!}/`,
    )
  for (const [gpu, contributors, evidence] of [
    ['gpu-twin', 10, 'ranked'],
    ['gpu-new', 5, 'provisional'],
    ['gpu-rare', 5, 'insufficient'],
  ] as const) {
    await open(gpu)
    const main = page.locator('main')
    await expect(main).toContainText('● community')
    await expect(main).toContainText(`about ${contributors} contributors`)
    await expect(main).toContainText(evidence)
    const interval = page.locator('.figures', { hasText: '95 % interval' })
    await expect(interval).toHaveCount(evidence === 'ranked' ? 1 : 0)
  }
  await page.goto(`${site.address}/?view=list&search=Plain+8B`)
  const row = (name: string) =>
    page.locator('.figure-list tbody tr', { hasText: name }).filter({ hasText: '● community' })
  await expect(row('NVIDIA Plain Two').first()).toBeVisible()
  const cue = (name: string) =>
    row(name)
      .first()
      .locator('td.num a')
      .first()
      .evaluate((link) => getComputedStyle(link).textDecorationStyle)
  expect(await cue('NVIDIA Few Owners')).toBe('dotted')
  expect(await cue('NVIDIA Plain Two')).not.toBe('dotted')
  expect(await axe(page, 'main')).toEqual([])
})

test('an update that made a configuration a fifth slower is on the page of its engine and in the feed', async ({
  page,
}) => {
  await page.goto(`${site.address}/engines/vllm/`)
  const row = page.locator('tr', { hasText: 'Plain 8B' }).filter({ hasText: 'confirmed' }).first()
  await expect(row).toContainText('1.0.0 → 1.1.0')
  await expect(row).toContainText(/[-−](1[89]|2[01])(\.\d)? %/)
  expect(await text(page, '/feeds/regressions.xml')).toMatch(/vLLM 1\.0\.0 → 1\.1\.0: −(1[89]|2[01]) %/)
})

test('halving the decode times of a model doubles the figures on its page, and changes the page of no other model', () => {
  test.setTimeout(600_000)
  const model = 'hf:org/template'
  const data = hostileData()
  for (const run of data.sources.flatMap(({ runs }) => runs))
    if (run.model_ref === model) run.decode_time_ms = run.decode_time_ms! / 2
  const other = site.buildOther('halved', data)
  const [before, after] = [site.folder, other].map((folder) => decodeSpeeds(folder, `models/${slugOf(model)}`))
  expect([...after!.keys()]).toEqual([...before!.keys()])
  expect(before!.size).toBeGreaterThan(20)
  // Both are shown with three digits.
  for (const [id, speed] of after!) expect(Math.abs(speed / before!.get(id)! / 2 - 1), id).toBeLessThan(0.01)
  // What is not about this model stays as it was, byte for byte, so that only changed files need to be sent anywhere.
  const built = hashFiles(other)
  const pages = changedFiles(hashFiles(site.folder), built).filter((path) => path.endsWith('.html'))
  expect(pages).toContain(`models/${slugOf(model)}/index.html`)
  const isOther = (path: string) => /^(models|cells)\/.+\//.test(path) && !path.includes(slugOf(model))
  expect(pages.filter(isOther)).toEqual([])
  expect([...built.keys()].filter(isOther).length).toBeGreaterThan(10)
})

/** The speeds for one user that the page of a model tells, by row. */
function decodeSpeeds(folder: string, path: string): Map<string, number> {
  const figures = readFigureTables(parsePage(folder, path), path)
  const speeds = figures.filter(({ quantity }) => quantity === 'decode_tps median')
  return new Map(speeds.map(({ id, text }) => [id, Number(text.replaceAll(',', ''))]))
}
