import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  type CellRow,
  Manifest,
  type MatrixRow,
  type PublicationDiff,
  type RegressionRow,
} from '../../contracts/index.ts'
import { type BuildResult, build } from '../build/build.ts'
import { unpackTable } from '../lib/named_table.ts'
import { withScratch } from '../lib/scratch.ts'
import type { DataFile, Refusal } from '../read/discover.ts'
import { startProgress } from '../report/progress.ts'
import type { VerdictReport } from '../report/report.ts'
import { diffFiles, markAdded } from './diff_files.ts'
import { diffCells, diffMedians, diffRegressions } from './diff_tables.ts'

/** A data folder, and how its list of files is changed before a build reads them. */
export interface Side {
  dataDir: string
  overlay?: (files: DataFile[]) => DataFile[]
}

export interface BuildDiff {
  diff: PublicationDiff
  /** The verdicts on the files that are not the same in both; what is refused after and was not before. */
  report: VerdictReport
}

/**
 * Builds both sides in a temporary folder, public, and compares what they publish. They share a cache, so that the second costs what is not the
 * same in both. Throws ExplainedError on a damaged data folder.
 *
 * @param cacheDir a folder of what former builds computed; without one, nothing is kept
 */
export function diffBuilds(before: Side, after: Side, cacheDir?: string): Promise<BuildDiff> {
  return withScratch('diff', async (scratch) => {
    const cache = cacheDir ?? join(scratch, 'cache')
    const former = await buildSide(before, join(scratch, 'before'), cache)
    const overlay = (files: DataFile[]) => markAdded(after.overlay?.(files) ?? files, former.result.files)
    const present = await buildSide({ ...after, overlay }, join(scratch, 'after'), cache)
    const diff = diffPublications(former, present)
    return { diff, report: narrow(present.result.verdicts, diff, former.result.refusals) }
  })
}

type BuiltSide = { result: BuildResult; publication: Publication }

async function buildSide({ dataDir, overlay }: Side, folder: string, cacheDir: string): Promise<BuiltSide> {
  const outDir = join(folder, 'data')
  const onProgress = startProgress(`${basename(folder)}: `)
  const result = await build({ dataDir, outDir, audience: 'public', overlay, cacheDir, onProgress })
  return { result, publication: readPublication(outDir) }
}

function diffPublications(before: BuiltSide, after: BuiltSide): PublicationDiff {
  const [former, present] = [before.publication, after.publication]
  return {
    schema_version: 1,
    files: diffFiles(
      { files: before.result.files, inputs: former.manifest.inputs },
      { files: after.result.files, inputs: present.manifest.inputs },
    ),
    cells: diffCells(former.cells, present.cells),
    medians: diffMedians(former, present),
    regressions: diffRegressions(former.regressions, present.regressions),
    collecting: { before: former.manifest.collecting, after: present.manifest.collecting },
  }
}

/** What the changed files are about. A file that did not change can change its verdicts: a sample may count elsewhere now. */
function narrow(report: VerdictReport, { files }: PublicationDiff, refusals: Refusal[]): VerdictReport {
  const changed = new Set(files.map(({ path }) => path))
  const isNew = ({ path }: { path: string }) => changed.has(path)
  const known = new Set(refusals.map(({ path }) => path))
  return {
    files: report.files.filter(isNew),
    refused: report.refused.filter(({ path }) => !known.has(path)),
    rejected: report.rejected.filter(isNew),
    quarantined: report.quarantined.filter(isNew),
  }
}

/** What a build published, as far as two builds are compared. */
export interface Publication {
  manifest: Manifest
  cells: CellRow[]
  matrix: MatrixRow[]
  regressions: RegressionRow[]
}

/** Reads a published folder. */
export function readPublication(outDir: string): Publication {
  const read = (name: string) => readFileSync(join(outDir, name))
  return {
    manifest: Manifest.parse(JSON.parse(read('manifest.json').toString())),
    cells: unpackTable(read('cells.arrow')),
    matrix: unpackTable(read('matrix.arrow')),
    regressions: unpackTable(read('regressions.arrow')),
  }
}
