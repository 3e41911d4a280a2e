import { z } from 'zod'
import { count, ENGINE_BACKENDS, LIMITS, MEASUREMENT_TYPES, text } from './fields.ts'
import { CONCURRENCY_BUCKETS } from './load.ts'
import { METRICS, PROMPT_BUCKETS } from './metrics.ts'
import { BinRow, CellRow } from './tables.ts'

/** A published community cell by what identifies it: `any` where it was generalised. */
export const WithdrawnCell = z.strictObject({
  model_id: text('model_ref', { title: 'Model', description: 'Canonical model id.' }),
  quantization: text('quantization', { title: 'Precision', description: 'Canonical precision.' }),
  gpu_id: text('gpu_id', { title: 'GPU', description: 'Canonical GPU id.' }),
  gpu_count: count(1, LIMITS.gpu_count, {
    title: 'GPU count',
    description: 'Accelerators that served each task.',
    unit: '1',
  }),
  engine: text('engine', { title: 'Engine', description: 'Canonical engine id or any.' }),
  engine_version: text('engine_version', { title: 'Engine version', description: 'As published, or any.' }),
  measurement_type: z.enum(MEASUREMENT_TYPES).meta({ title: 'Measurement type', description: 'As published.' }),
  concurrency_bucket: z.enum(CONCURRENCY_BUCKETS).meta({ title: 'Concurrency', description: 'As published, or any.' }),
  engine_backend: z
    .enum([...ENGINE_BACKENDS, 'any', 'unknown'])
    .meta({ title: 'Engine backend', description: 'As published, or any.' }),
  prompt_bucket: z.enum(PROMPT_BUCKETS).meta({ title: 'Prompt size', description: 'As published, or any.' }),
  month: text('month', { title: 'Month', description: 'Month of release.' }),
})
export type WithdrawnCell = z.infer<typeof WithdrawnCell>

/** What a frozen cell holds beside the metrics, for the rows that it is rolled up into. */
const FROZEN_QUANTITIES = [...METRICS, 'vram_used_mb', 'output_tps', 'concurrency'] as const

/** A published community cell that stays as it was released, though one of its contributors withdrew: the others are enough. */
export const FrozenCell = z.strictObject({
  row: CellRow,
  bins: z
    .array(
      BinRow.omit({ cell_id: true }).extend({
        metric: z.enum(FROZEN_QUANTITIES).meta({ title: 'Quantity', description: 'What the bin is of.' }),
        n: count(1, Number.MAX_SAFE_INTEGER, {
          title: 'Observations',
          description: 'Of the cell, in steps.',
          unit: '1',
        }),
      }),
    )
    .meta({ title: 'Bins', description: 'The distributions behind the cell.' }),
})
export type FrozenCell = z.infer<typeof FrozenCell>

/** One contributor's withdrawal. */
export const Withdrawal = z.strictObject({
  contributor: text('slug', { title: 'Contributor', description: 'The folder under exports.' }),
  month: text('month', {
    title: 'Month',
    description: 'The month that is withdrawn; absent: every month up to that of the date.',
  }).optional(),
  date: text('date', { title: 'Date', description: 'Day of the withdrawal.' }),
})
export type Withdrawal = z.infer<typeof Withdrawal>

/**
 * data/withdrawn.json: what is not read any more, the published cells that went with it, and those that stay as they were. The cells stand in
 * lists of their own, in order of their keys: no entry says which contributor stood behind which cell.
 */
export const Withdrawn = z
  .strictObject({
    schema_version: z.literal(1).meta({ title: 'Schema version', description: 'Version of this contract.' }),
    withdrawals: z.array(Withdrawal).meta({ title: 'Withdrawals', description: 'Exports that are not read.' }),
    cells: z.array(WithdrawnCell).meta({
      title: 'Cells',
      description:
        'Community cells that held withdrawn samples, of whose other contributors too few are left. They are not published again, nor are their other samples in another form.',
    }),
    frozen: z.array(FrozenCell).optional().meta({
      title: 'Frozen cells',
      description:
        'Community cells that held withdrawn samples and stay as they were released, whatever becomes of the data behind them.',
    }),
  })
  .meta({ title: 'Withdrawn', description: 'Withdrawn contributions and the cells that went with them.' })
export type Withdrawn = z.infer<typeof Withdrawn>

/** Whether an export of `contributor` in the folder of `month` is withdrawn. */
export function isWithdrawn(withdrawals: readonly Withdrawal[], contributor: string, month: string): boolean {
  return withdrawals.some((entry) => entry.contributor === contributor && coversMonth(entry, month))
}

function coversMonth({ month, date }: Withdrawal, asked: string): boolean {
  return month === undefined ? asked <= date.slice(0, 7) : asked === month
}
