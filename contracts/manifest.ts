import { z } from 'zod'
import { KINDS } from './tables.ts'

const n = z.int().min(0)

/** The privacy thresholds in force. `k` has a floor of 3 that no policy file can go below. */
export const Policy = z
  .strictObject({
    k: z.int().min(3).meta({ title: 'k', description: 'Contributors that a published community cell needs.' }),
    min_samples: z
      .int()
      .min(1)
      .meta({ title: 'Samples', description: 'Samples that a published community cell needs.' }),
    bin_contributors: z
      .int()
      .min(3)
      .meta({ title: 'Bin contributors', description: 'Contributors that a histogram bin needs.' }),
    bin_samples: z.int().min(1).meta({ title: 'Bin samples', description: 'Samples that a histogram bin needs.' }),
  })
  .meta({ title: 'Policy', description: 'Thresholds for community data.' })
export type Policy = z.infer<typeof Policy>

/** The thresholds that a build applied: those of the policy, or 1 throughout in a private build. */
export const Thresholds = z
  .strictObject({
    k: z.int().min(1),
    min_samples: z.int().min(1),
    bin_contributors: z.int().min(1),
    bin_samples: z.int().min(1),
  })
  .meta({ title: 'Thresholds', description: 'Thresholds applied to community data.' })
export type Thresholds = z.infer<typeof Thresholds>

/** What became of the lines of one input file. */
export const InputVerdicts = z.strictObject({
  path: z.string().meta({ title: 'Path', description: 'Relative to the data folder.' }),
  kind: z.enum(KINDS),
  contributor: z.string().meta({ title: 'Contributor', description: 'The folder under exports or curated.' }),
  lines: n,
  accepted: n,
  rejected: n,
  quarantined: n,
})
export type InputVerdicts = z.infer<typeof InputVerdicts>

/** dist/data/manifest.json. Holds no wall-clock time, so that equal input gives equal bytes. */
export const Manifest = z
  .strictObject({
    schema_version: z.literal(1),
    audience: z.enum(['public', 'private']),
    policy: Thresholds,
    tools: z
      .record(z.string(), z.string())
      .meta({ title: 'Tools', description: 'Versions of what computed the files.' }),
    inputs: z.array(InputVerdicts),
    quarantined: z.record(z.string(), n).meta({ title: 'Quarantined', description: 'Lines kept out, by reason.' }),
    collecting: z.strictObject({ cells: n, samples: n }).meta({
      title: 'Collecting',
      description: 'Community strata still below the threshold, and their samples at two significant digits.',
    }),
    files: z.array(
      z.strictObject({
        name: z.string(),
        table: z.string(),
        rows: n,
        bytes: n,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    ),
  })
  .refine(({ audience, policy }) => audience === 'private' || Policy.safeParse(policy).success, {
    path: ['policy'],
    message: 'a public build keeps the floors of the policy',
  })
  .meta({ title: 'Manifest', description: 'What was published, from which input, under which policy.' })
export type Manifest = z.infer<typeof Manifest>
