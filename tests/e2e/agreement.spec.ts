import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { MatrixRow } from '../../contracts/tables.ts'
import { decodeMatrix } from '../../site/lib/matrix/codec.ts'
import type { Reference } from '../../site/lib/my_numbers/reference.ts'
import type { Catalogue } from '../../site/lib/question/types.ts'
import { createRandom } from '../bench/random.ts'
import {
  cellIds,
  judgeHeadline,
  parsePage,
  readCellPage,
  readComparison,
  readFigureTables,
  readHomePage,
  readPercentiles,
} from './support/agreement/built_pages.ts'
import { readMatrix, readServing, readWhichGpu } from './support/agreement/islands.ts'
import { readCellDocument, readRow, statementsOf } from './support/agreement/rows.ts'
import { compareStatements, type Statement } from './support/agreement/statement.ts'
import { readCsv } from './support/read_csv.ts'

/** Every page, answer and file says the same of one configuration. Read from the built files and the scripts' own functions: no browser is needed. */

const SITE = process.env.E2E_SITE ?? 'dist/site'
const SEED = 12
const SAMPLE = 200

const readText = (path: string) => readFileSync(join(SITE, path), 'utf8')
const readJson = <T>(path: string) => JSON.parse(readText(path)) as T

test('the pages, answers and files agree on every figure of 200 random configurations, as text and as value', () => {
  // Against a hang: some 12 s of computing.
  test.setTimeout(600_000)
  const rows = csvRows()
  const drawn = draw(rows.map((row) => row.matrix_id as string))
  const statements = [...filesOf(drawn, rows), ...pagesOf(drawn), ...answersOf(drawn)]
  const { disagreements, compared } = compareStatements(statements)
  const places = Map.groupBy(statements, ({ place }) => place)
  console.log(`${drawn.size} configurations, ${statements.length} statements, ${compared} quantities in several places`)
  console.log([...places].map(([place, own]) => `${place} ${own.length}`).join(', '))
  expect(disagreements.length, disagreements.slice(0, 40).join('\n')).toBe(0)
  // None of the places may fall silent: a page that this reads wrongly would agree with everything.
  for (const place of PLACES) expect(places.get(place)?.length ?? 0, place).toBeGreaterThan(50)
  for (const what of ['cost median', 'cost spread', 'price per hour', 'price origin']) {
    const own = statements.filter(({ quantity }) => quantity === what)
    expect(new Set(own.map(({ place }) => place)).size, what).toBeGreaterThanOrEqual(4)
  }
})

test('no headline of a model, a GPU or an engine contradicts the table of its page', () => {
  test.setTimeout(600_000)
  let judged = 0
  for (const folder of ['models', 'gpus', 'engines'])
    for (const name of foldersOf(folder)) {
      const page = parsePage(SITE, `${folder}/${name}`, isForOneUser)
      const problem = judgeHeadline(page, folder === 'models')
      expect(problem, `${folder}/${name}`).not.toMatch(/^contradiction/)
      if (problem === 'holds') judged++
    }
  expect(judged).toBeGreaterThan(100)
})

/** Whether a row of figures, which tells its load, is of one user: headlines are about no others. */
const isForOneUser = (row: string) => !/ data-load="(?!1")/.test(row)

const PLACES = [
  ...['home page', 'matrix', 'matrix.json', 'model page', 'GPU page', 'engine page', 'cell page', 'percentiles'],
  ...['comparison', 'which GPU', 'serving', 'API cell', 'API model', 'API GPU', 'CSV', 'own numbers'],
]

function csvRows(): Record<string, unknown>[] {
  const [head, ...rows] = readCsv(readText('api/v1/tables/matrix.csv'))
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [head![i], value])))
}

function draw(ids: string[]): Set<string> {
  const random = createRandom(SEED)
  const drawn = new Set<string>()
  while (drawn.size < Math.min(SAMPLE, ids.length)) drawn.add(random.pick(ids))
  return drawn
}

/** What the files for machines hold. */
function filesOf(drawn: Set<string>, csv: Record<string, unknown>[]): Statement[] {
  const ofList = (path: string, place: string) =>
    readJson<{ figures: MatrixRow[] }>(path).figures.flatMap((row) =>
      drawn.has(row.matrix_id) ? readRow(row, place) : [],
    )
  const ofFolder = (folder: string, place: string) =>
    readdirSync(join(SITE, 'api/v1', folder)).flatMap((name) => ofList(`api/v1/${folder}/${name}`, place))
  const { rows } = JSON.parse(readText('my-numbers/reference.js').slice('export default '.length)) as Reference
  return [
    ...csv.flatMap((row) =>
      drawn.has(row.matrix_id as string) ? readRow(row as Record<keyof MatrixRow, unknown>, 'CSV') : [],
    ),
    ...[...drawn].flatMap((id) => readCellDocument(readJson(`api/v1/cells/${id}.json`))),
    ...ofFolder('models', 'API model'),
    ...ofFolder('gpus', 'API GPU'),
    ...rows
      .filter(({ id }) => drawn.has(id))
      .flatMap(({ id, figures }) =>
        Object.entries(figures).flatMap(([metric, figure]) => statementsOf(id, 'own numbers', metric, figure)),
      ),
  ]
}

/** What the built pages show. */
function pagesOf(drawn: Set<string>): Statement[] {
  const all = (name: string, read: (page: Document) => Statement[]) =>
    foldersOf(name).flatMap((one) => {
      const path = `${name}/${one}`
      return names(path, ids) ? read(parsePage(SITE, path, isAbout)) : []
    })
  // The home page is compared whole.
  const home = readHomePage(parsePage(SITE, ''))
  const ids = new Set([...drawn, ...home.map(({ id }) => id)])
  // A row without a link is a head.
  const isAbout = (row: string) => {
    const linked = cellIds(row)
    return linked.length === 0 || linked.some((id) => ids.has(id))
  }
  const found = [
    ...home,
    ...all('models', (page) => readFigureTables(page, 'model page')),
    ...all('gpus', (page) => readFigureTables(page, 'GPU page')),
    ...all('engines', (page) => readFigureTables(page, 'engine page')),
    ...all('compare', readComparison),
  ]
  const own = [...drawn].flatMap((id) => {
    const page = parsePage(SITE, `cells/${id}`)
    return [...readCellPage(page, id), ...readPercentiles(page, id)]
  })
  return [...found.filter(({ id }) => ids.has(id)), ...own]
}

/** The folders below a folder that are pages. */
function foldersOf(name: string): string[] {
  return readdirSync(join(SITE, name)).filter((one) => existsSync(join(SITE, name, one, 'index.html')))
}

/** Whether a page links to the page of a row: most pages are about none of those drawn, and parsing takes far longer than looking. */
function names(path: string, ids: ReadonlySet<string>): boolean {
  return cellIds(readText(`${path}/index.html`)).some((id) => ids.has(id))
}

/** What the scripts of the matrix, /which-gpu/ and /serving/ write. */
function answersOf(drawn: Set<string>): Statement[] {
  const matrix = decodeMatrix(readJson('matrix.json'))
  const facts = { matrix, catalogue: readJson<Catalogue>('question.json') }
  return [...drawn].flatMap((id) => {
    const { row } = readJson<{ row: MatrixRow }>(`api/v1/cells/${id}.json`)
    const { slug } = matrix.models[matrix.entries.find((entry) => entry.id === id)!.model]!
    const path = `serving/${slug}.json`
    const serving = existsSync(join(SITE, path)) ? readServing(readJson(path), row) : []
    return [...readMatrix(matrix, id), ...readWhichGpu(facts, id), ...serving]
  })
}
