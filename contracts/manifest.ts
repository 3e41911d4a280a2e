import { z } from 'zod'
import { KINDS } from './tables.ts'

const amount = (title: string, description: string, unit: string) => z.int().min(0).meta({ title, description, unit })
const threshold = (title: string, description: string, floor: number) =>
  z.int().min(floor).meta({ title, description, unit: '1' })

/** The thresholds with their least values, and the last month that is published. */
function thresholds(contributors: number) {
  return {
    k: threshold('k', 'Contributors that a published community cell needs.', contributors),
    min_samples: threshold('Samples', 'Samples that a published community cell needs.', 1),
    bin_contributors: threshold('Bin contributors', 'Contributors that a histogram bin needs.', contributors),
    bin_samples: threshold('Bin samples', 'Samples that a histogram bin needs.', 1),
    closed_through: z.int().min(202001).max(999912).meta({
      title: 'Closed through',
      description:
        'Last month of which community figures are published, as YYYYMM. A month is published once, when it is over: of a month that grows, two releases would isolate whoever came between them.',
      unit: '1',
    }),
  }
}

/** The privacy thresholds in force. Contributors have a floor of 3 that no policy file can go below. */
export const Policy = z
  .strictObject(thresholds(3))
  .meta({ title: 'Policy', description: 'Thresholds for community data.' })
export type Policy = z.infer<typeof Policy>

/** The thresholds that a build applied: those of the policy, or 1 throughout in a private build. */
export const Thresholds = z
  .strictObject(thresholds(1))
  .meta({ title: 'Thresholds', description: 'Thresholds applied to community data.' })
export type Thresholds = z.infer<typeof Thresholds>

/** What became of the lines of one input file. */
export const InputVerdicts = z.strictObject({
  path: z.string().meta({ title: 'Path', description: 'Relative to the data folder.' }),
  kind: z.enum(KINDS).meta({ title: 'Kind', description: 'community or curated.' }),
  contributor: z.string().meta({ title: 'Contributor', description: 'The folder under exports or curated.' }),
  lines: amount('Lines', 'Lines that are not blank.', 'lines'),
  accepted: amount('Accepted', 'Lines that count.', 'lines'),
  rejected: amount('Rejected', 'Lines that break the contract.', 'lines'),
  quarantined: amount('Quarantined', 'Lines that fit the contract and are kept out.', 'lines'),
  reasons: z
    .record(z.string(), amount('Lines', 'Lines kept out for the reason.', 'lines'))
    .meta({ title: 'Reasons', description: 'The quarantined lines by reason.' }),
})
export type InputVerdicts = z.infer<typeof InputVerdicts>

/** One published file. */
export const PublishedFile = z.strictObject({
  name: z.string().meta({ title: 'Name', description: 'Path below the published folder.' }),
  table: z.string().meta({ title: 'Table', description: 'The table that the file holds.' }),
  rows: amount('Rows', 'Rows of the file.', 'rows'),
  bytes: amount('Bytes', 'Size of the file.', 'B'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ title: 'SHA-256', description: 'Hash of the file.' }),
})
export type PublishedFile = z.infer<typeof PublishedFile>

/** dist/data/manifest.json. Holds no wall-clock time, so that equal input gives equal bytes. */
export const Manifest = z
  .strictObject({
    schema_version: z.literal(1).meta({ title: 'Schema version', description: 'Version of this contract.' }),
    audience: z
      .enum(['public', 'private'])
      .meta({ title: 'Audience', description: 'private: built without thresholds, not for publication.' }),
    policy: Thresholds,
    tools: z
      .record(z.string(), z.string())
      .meta({ title: 'Tools', description: 'Versions of what computed the files.' }),
    inputs: z
      .array(InputVerdicts)
      .meta({ title: 'Inputs', description: 'The files that were read, and what became of their lines.' }),
    quarantined: z
      .record(z.string(), amount('Lines', 'Lines kept out for the reason.', 'lines'))
      .meta({ title: 'Quarantined', description: 'Lines kept out, by reason.' }),
    collecting: z
      .strictObject({
        cells: amount('Strata', 'Strata that wait for more contributors.', '1'),
        samples: amount('Samples', 'Their samples, in steps as the counts of cells.', '1'),
      })
      .meta({
        title: 'Collecting',
        description: 'Community strata still below the threshold, and their samples, in steps.',
      }),
    withdrawn: z
      .strictObject({
        cells: amount('Cells', 'Cells that went.', '1'),
        frozen: z.array(z.string()).optional().meta({
          title: 'Frozen cells',
          description:
            'Ids of the cells that stay as they were released, though the data of one of their contributors are gone.',
        }),
      })
      .meta({ title: 'Withdrawn', description: 'What became of community cells because a contributor withdrew.' }),
    files: z.array(PublishedFile).meta({ title: 'Files', description: 'The published files.' }),
  })
  .refine(({ audience, policy }) => audience === 'private' || Policy.safeParse(policy).success, {
    path: ['policy'],
    message: 'a public build keeps the floors of the policy',
  })
  .meta({ title: 'Manifest', description: 'What was published, from which input, under which policy.' })
export type Manifest = z.infer<typeof Manifest>
