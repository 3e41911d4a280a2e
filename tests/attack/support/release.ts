import { rmSync } from 'node:fs'
import { build } from '../../../pipeline/build.ts'
import { type Figure, figuresOf, groupSamples } from './groups.ts'
import { type Publication, readPublication } from './publication.ts'
import { readSamples, type Sample } from './samples.ts'

/** What went out, and the samples that stand behind it. */
export interface Release {
  publication: Publication
  samples: Sample[]
}

/** Publishes a data folder through the pipeline and reads what came out. */
export async function release(dataDir: string): Promise<Release> {
  const outDir = `${dataDir}-out/data`
  await build({ dataDir, outDir, audience: 'public' })
  const publication = readPublication(outDir)
  rmSync(`${dataDir}-out`, { recursive: true })
  return { publication, samples: readSamples(dataDir) }
}

/** The counts of all releases, each under the name of its release. */
export function figuresOfAll(releases: Release[]): Figure[] {
  return releases.flatMap(({ publication, samples }, number) =>
    figuresOf(publication, groupSamples(samples)).map((figure) => ({
      ...figure,
      name: `release ${number + 1}: ${figure.name}`,
      family: `${number} ${figure.family}`,
    })),
  )
}
