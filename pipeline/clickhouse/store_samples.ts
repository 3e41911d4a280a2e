import { parseArgs } from 'node:util'
import { print, runMain, UsageError } from '../lib/run_main.ts'
import { readCatalog } from '../read/catalog.ts'
import { CatalogIndex } from '../read/catalog_index.ts'
import { readInputs } from '../read/inputs.ts'
import { type ClickhouseDatabase, connectClickhouse } from './connect.ts'
import { readSamples } from './read_samples.ts'
import { createSamplesTable, isTableName } from './sample_columns.ts'

const HELP = `Usage: node pipeline/clickhouse/store_samples.ts --url URL [--data DIR] [--samples TABLE]
       node pipeline/clickhouse/store_samples.ts --print-table [--samples TABLE]

Inserts the accepted lines of the exports of a data folder into a table of samples in ClickHouse, which is created if there is none. A
sample that is inserted twice counts once. "npm run pipeline -- --engine clickhouse --url URL --samples TABLE" aggregates the table.

  --url URL        http[s]://[user[:password]@]host:port/[database]
  --data DIR       data folder (default: data)
  --samples TABLE  table of that database (default: samples)
  --print-table    print the statement that creates the table, to adapt it for a cluster
  --help           this text

Exit codes: 0 stored; 1 not stored; 2 wrong usage. Lines that do not count are left out; npm run validate tells why.
`

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      url: { type: 'string' },
      data: { type: 'string', default: 'data' },
      samples: { type: 'string', default: 'samples' },
      'print-table': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(HELP)
  if (!isTableName(values.samples)) throw new UsageError(`--samples: expected a table name, found "${values.samples}"`)
  if (values['print-table']) return print(`${createSamplesTable(values.samples)}\n`)
  if (values.url === undefined) throw new UsageError('--url: expected the address of a ClickHouse, found none')
  const { stored, leftOut } = await storeSamples(values.url, values.data, values.samples)
  console.log(`${stored.toLocaleString('en')} samples stored, ${leftOut.toLocaleString('en')} lines left out`)
  return 0
}

async function storeSamples(url: string, dataDir: string, table: string): Promise<{ stored: number; leftOut: number }> {
  const exports = readInputs(dataDir).files.filter(({ kind }) => kind === 'community')
  const catalog = new CatalogIndex(readCatalog(dataDir))
  const database = await connectClickhouse(url)
  try {
    await database.run(createSamplesTable(table))
    let leftOut = 0
    const rows = readSamples(exports, { catalog, onLeftOut: () => leftOut++ })
    return { stored: await insertSamples(database, table, rows), leftOut }
  } finally {
    await database.close()
  }
}

/** Rows of one insert: some 15 MB of JSON. */
const BATCH_ROWS = 50_000

/**
 * Inserts samples as they come, never holding more than one batch of them; returns how many.
 *
 * @param rows their values in the order of SAMPLE_COLUMNS
 */
export async function insertSamples(
  database: ClickhouseDatabase,
  table: string,
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
): Promise<number> {
  // A row takes longer than a microsecond, so that a later insert begins after the numbers of this one.
  const start_us = Date.now() * 1000
  let inserted = 0
  let batch: (readonly unknown[])[] = []
  const flush = async () => {
    if (batch.length > 0) await database.insert(table, batch)
    inserted += batch.length
    batch = []
  }
  for await (const row of rows) {
    batch.push([...row, start_us + inserted + batch.length])
    if (batch.length === BATCH_ROWS) await flush()
  }
  await flush()
  return inserted
}

if (import.meta.main) await runMain(main)
