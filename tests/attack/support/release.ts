import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { WithdrawnCell } from '../../../contracts/index.ts'
import { build } from '../../../pipeline/build/build.ts'
import { type Figure, figuresOf, groupSamples } from './groups.ts'
import { type Publication, readPublication } from './publication.ts'
import { readSamples, type Sample } from './samples.ts'

/** What went out, and the samples that stand behind it. */
export interface Release {
  publication: Publication
  samples: Sample[]
  /** Cells that went with a contributor: the list is public. */
  withdrawn: WithdrawnCell[]
}

/** Publishes a data folder through the pipeline and reads what came out. */
export async function release(dataDir: string): Promise<Release> {
  const outDir = `${dataDir}-out/data`
  await build({ dataDir, outDir, audience: 'public' })
  const publication = readPublication(outDir)
  rmSync(`${dataDir}-out`, { recursive: true })
  return { publication, samples: readSamples(dataDir), withdrawn: readWithdrawnCells(dataDir) }
}

function readWithdrawnCells(dataDir: string): WithdrawnCell[] {
  const path = join(dataDir, 'withdrawn.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cells : []
}

/** The counts of all releases, each under the name of its release. */
export function figuresOfAll(releases: Release[]): Figure[] {
  return releases.flatMap(({ publication, samples, withdrawn }, number) =>
    figuresOf(publication, groupSamples(samples), withdrawn).map((figure) => ({
      ...figure,
      name: `release ${number + 1}: ${figure.name}`,
      family: `${number} ${figure.family}`,
    })),
  )
}
