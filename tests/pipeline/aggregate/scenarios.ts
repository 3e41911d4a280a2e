import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CellRow, Manifest } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { addCatalog, addSkewedMonth, addSteadyCell, MONTHS } from '../../attack/support/corpora.ts'
import { readPublication } from '../../attack/support/publication.ts'
import { generateCorpus } from '../../bench/generate.ts'
import { writeVariedCorpus } from '../../clickhouse/support/corpus.ts'
import { identifyCell } from '../../support/aggregate.ts'

/** The community rows of one build. */
export interface CommunityRows {
  matrix: object[]
  cells: object[]
  bins: object[]
  collecting: Manifest['collecting']
}

interface Scenario {
  write: (dataDir: string) => unknown
  closedThrough?: number
  audience?: 'public' | 'private'
}

/** Generated exports of several shapes, months and policies, by name. */
const SCENARIOS: Record<string, Scenario> = {
  even: {
    write: (dataDir) =>
      generateCorpus(dataDir, { lines: 6000, contributors: 9, seed: 3, linesPerFile: 50_000, month: '2026-10' }),
  },
  skewed: { write: (dataDir) => writeSkewed(dataDir, 11) },
  'skewed, the last month open': { write: (dataDir) => writeSkewed(dataDir, 12), closedThrough: 202609 },
  'one month, without thresholds': { write: (dataDir) => addSkewedMonth(dataDir, 13, 1), audience: 'private' },
  varied: { write: (dataDir) => writeVariedCorpus(dataDir, 5, 250) },
}

/** Builds every scenario, and the last once more without some of the cells that it publishes. */
export async function buildScenarios(folder: string): Promise<Record<string, CommunityRows>> {
  const built: Record<string, CommunityRows> = {}
  for (const [name, { write, closedThrough = 202610, audience = 'public' }] of Object.entries(SCENARIOS)) {
    const dataDir = join(folder, name)
    addCatalog(dataDir)
    const policy = { k: 5, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: closedThrough }
    writeFileSync(join(dataDir, 'policy.json'), JSON.stringify(policy))
    await write(dataDir)
    built[name] = await publish(dataDir, audience)
  }
  built['varied, some cells withdrawn'] = await publishWithout(join(folder, 'varied'), built.varied!.cells as CellRow[])
  return built
}

function writeSkewed(dataDir: string, seed: number): void {
  for (const index of MONTHS.keys()) addSkewedMonth(dataDir, seed, index)
  addSteadyCell(dataDir, seed, MONTHS[1], 8)
}

async function publish(dataDir: string, audience: 'public' | 'private'): Promise<CommunityRows> {
  const outDir = `${dataDir}-out/data`
  await build({ dataDir, outDir, audience })
  const { matrix, cells, bins, manifest } = readPublication(outDir)
  rmSync(`${dataDir}-out`, { recursive: true })
  return { matrix, cells, bins, collecting: manifest.collecting }
}

/** Withdraws every ninth published cell. */
async function publishWithout(from: string, cells: CellRow[]): Promise<CommunityRows> {
  const dataDir = `${from}-withdrawn`
  cpSync(from, dataDir, { recursive: true })
  const withdrawn = { schema_version: 1, withdrawals: [], cells: cells.filter((_, i) => i % 9 === 0).map(identifyCell) }
  writeFileSync(join(dataDir, 'withdrawn.json'), JSON.stringify(withdrawn))
  return publish(dataDir, 'public')
}
