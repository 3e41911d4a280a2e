import { z } from 'zod'
import { InputVerdicts } from './manifest.ts'
import { METRICS } from './metrics.ts'
import { CellRow, EVIDENCE, MatrixRow, RegressionRow } from './tables.ts'

const before = (title: string) => ({ title: `${title} before`, description: 'As published; null where it was not.' })
const after = (title: string) => ({ title: `${title} after`, description: 'As published; null where it is not.' })
const amount = (meta: { title: string; description: string }) =>
  z
    .int()
    .nullable()
    .meta({ ...meta, unit: '1' })
const state = (meta: { title: string; description: string }) => z.enum(EVIDENCE).nullable().meta(meta)

/** An input file that is not the same in both, or whose lines count otherwise. */
export const FileChange = InputVerdicts.extend({
  change: z
    .enum(['added', 'changed', 'removed', 'recounted'])
    .meta({ title: 'Change', description: 'recounted: the same bytes with other verdicts.' }),
})
export type FileChange = z.infer<typeof FileChange>

/** What identifies a published cell, in words. */
export const CellIdentity = CellRow.pick({
  cell_id: true,
  kind: true,
  source: true,
  model_id: true,
  quantization: true,
  gpu_id: true,
  gpu_count: true,
  engine: true,
  engine_version: true,
  measurement_type: true,
  concurrency_bucket: true,
  engine_backend: true,
  prompt_bucket: true,
  month: true,
})
export type CellIdentity = z.infer<typeof CellIdentity>

/** A cell that is published in one only, or stands on another number of contributors or samples. */
export const CellChange = CellIdentity.extend({
  change: z
    .enum(['appears', 'disappears', 'gains', 'loses'])
    .meta({ title: 'Change', description: 'appears, disappears: it crosses the threshold of publication.' }),
  contributors_before: amount(before('Contributors')),
  contributors_after: amount(after('Contributors')),
  samples_before: amount(before('Samples')),
  samples_after: amount(after('Samples')),
  evidence_before: state(before('Evidence')),
  evidence_after: state(after('Evidence')),
})
export type CellChange = z.infer<typeof CellChange>

/** A median of a cell or matrix row that is not the same in both. */
export const MedianChange = MatrixRow.pick({
  kind: true,
  source: true,
  model_id: true,
  quantization: true,
  gpu_id: true,
  gpu_count: true,
  engine: true,
  measurement_type: true,
  concurrency_bucket: true,
  engine_backend: true,
}).extend({
  table: z.enum(['cells', 'matrix']).meta({ title: 'Table', description: 'The table that the row stands in.' }),
  id: z.string().meta({ title: 'Id', description: 'cell_id or matrix_id of the row.' }),
  engine_version: CellRow.shape.engine_version.nullable(),
  prompt_bucket: CellRow.shape.prompt_bucket.nullable(),
  month: CellRow.shape.month.nullable(),
  metric: z.enum(METRICS).meta({ title: 'Metric', description: 'The metric.' }),
  before: z
    .number()
    .nullable()
    .meta({ ...before('Median'), unit: 'of the metric' }),
  after: z
    .number()
    .nullable()
    .meta({ ...after('Median'), unit: 'of the metric' }),
  change: z
    .number()
    .nullable()
    .meta({ title: 'Relative change', description: 'after / before − 1; null where one is null.', unit: '1' }),
})
export type MedianChange = z.infer<typeof MedianChange>

/** A regression that is flagged in one only, or with another verdict. */
export const RegressionChange = RegressionRow.extend({
  change: z
    .enum(['appears', 'disappears', 'changes'])
    .meta({ title: 'Change', description: 'What became of the flag.' }),
})
export type RegressionChange = z.infer<typeof RegressionChange>

const collecting = z.strictObject({
  cells: z.int().min(0).meta({ title: 'Strata', description: 'Strata that wait for more contributors.', unit: '1' }),
  samples: z
    .int()
    .min(0)
    .meta({ title: 'Samples', description: 'Their samples, in steps as the counts of cells.', unit: '1' }),
})

/** What other input files would change in the published tables. Every number stands as published. */
export const PublicationDiff = z
  .strictObject({
    schema_version: z.literal(1).meta({ title: 'Schema version', description: 'Version of this contract.' }),
    files: z
      .array(FileChange)
      .meta({ title: 'Files', description: 'Input files that are not the same in both, or count otherwise.' }),
    cells: z.array(CellChange).meta({ title: 'Cells', description: 'Cells that appear, disappear, gain or lose.' }),
    medians: z.array(MedianChange).meta({ title: 'Medians', description: 'Medians that move, cells and matrix rows.' }),
    regressions: z
      .array(RegressionChange)
      .meta({ title: 'Regressions', description: 'Regressions that appear, disappear or change their verdict.' }),
    collecting: z
      .strictObject({
        before: collecting.meta({ title: 'Before', description: 'Without the change.' }),
        after: collecting.meta({ title: 'After', description: 'With the change.' }),
      })
      .meta({ title: 'Collecting', description: 'Community strata below the threshold, before and after.' }),
  })
  .meta({ title: 'Publication diff', description: 'What other input files would change in the published tables.' })
export type PublicationDiff = z.infer<typeof PublicationDiff>
