import { join } from 'node:path'
import { build } from '../../pipeline/build/build.ts'
import { addPairedMonth, comparePairs, poolPairs } from './attacks/later_pairs.ts'
import { PENDING, type ReadOut, ROW_RATES, readMedians, readOut } from './attacks/read_out.ts'
import { addSybils, type Exposure, exposeVictim } from './attacks/sybils.ts'
import { addCatalog, addSkewedMonth, MONTHS } from './support/corpora.ts'
import { type Atom, countSamples, groupSamples, readPartition } from './support/groups.ts'
import { type Publication, readPublication } from './support/publication.ts'
import { readSamples, type Sample } from './support/samples.ts'

/** What the attacks on the releases of one seed find. */
export interface Found {
  /** In the last public release, and in what differs from one to the next. */
  published: ReadOut
  /** The same attacks on a private build, and on a publisher that has some numbers more exact: see publishMore. */
  control: ReadOut
  medians: number[]
  exposure: Exposure
}

const K = 5
const PAIRS = 'a regression less that of the release before'

/** Writes seeded exports below `folder`, releases them month by month and attacks what is published. */
export async function attackSeed(folder: string, seed: number): Promise<Found> {
  const dataDir = join(folder, 'data')
  addCatalog(dataDir)
  const releases: { publication: Publication; samples: Sample[] }[] = []
  for (const index of MONTHS.keys()) {
    addSkewedMonth(dataDir, seed, index)
    addPairedMonth(dataDir, seed, index)
    releases.push({ publication: await publish(dataDir, 'public'), samples: readSamples(dataDir) })
  }
  const last = releases.at(-1)!
  const atoms = groupSamples(last.samples)
  const steps = releases.slice(1).map((after, i) => ({ before: releases[i]!, after }))
  const victim = addSybils(join(folder, 'sybils'), seed)
  return {
    published: {
      ...readOut(last.publication, atoms, K),
      [PAIRS]: steps.flatMap(({ before, after }) =>
        comparePairs(before.publication.regressions, after.publication.regressions, newPairs(before, after)),
      ),
    },
    control: {
      ...readOut(await publish(dataDir, 'private'), atoms, K),
      ...pick(readOut(publishMore(last.publication, atoms), atoms, K), [ROW_RATES, PENDING]),
      [PAIRS]: steps.map(({ before, after }) => newPairs(before, after)),
    },
    medians: readMedians(last.publication, atoms),
    exposure: exposeVictim(await publish(join(folder, 'sybils'), 'public'), victim),
  }
}

/** The negative control of what a private build cannot show: counts as they are, and rates of every row however few had such attempts in a cell. */
function publishMore({ cells, matrix, ...rest }: Publication, atoms: Atom[]): Publication {
  const partition = readPartition(cells, atoms)
  const rates = { ok_rate: 1, cancel_rate: 0, error_rate: 0, reject_rate: 0 }
  return {
    ...rest,
    cells: cells.map((cell) => ({ ...cell, samples: countSamples(partition.get(cell.cell_id)!) })),
    matrix: matrix.map((row) => ({ ...row, ...rates })),
  }
}

function pick(all: ReadOut, names: string[]): ReadOut {
  return Object.fromEntries(names.map((name) => [name, all[name]!]))
}

function newPairs(before: { samples: Sample[] }, after: { samples: Sample[] }): number {
  return poolPairs(after.samples) - poolPairs(before.samples)
}

async function publish(dataDir: string, audience: 'public' | 'private'): Promise<Publication> {
  const outDir = `${dataDir}-${audience}/data`
  await build({ dataDir, outDir, audience })
  return readPublication(outDir)
}
