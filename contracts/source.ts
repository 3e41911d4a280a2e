import { z } from 'zod'
import { MEASUREMENT_TYPES, text } from './fields.ts'

const prose = z.string().min(1).max(2000)

/** data/curated/<source>/source.json: where the rows come from and what was done to them. */
export const Source = z
  .strictObject({
    id: text('slug', { title: 'Source id', description: 'Equal to the name of the folder.' }),
    title: z.string().min(1).max(200).meta({ title: 'Title', description: 'The name of the source.' }),
    url: z.url({ protocol: /^https$/ }).meta({ title: 'Address', description: 'Where the source is published.' }),
    revision: z.string().min(1).max(80).meta({ title: 'Revision', description: 'Commit or edition that was read.' }),
    licence: z.string().min(1).max(40).meta({ title: 'Licence', description: 'SPDX identifier.' }),
    attribution: prose.meta({ title: 'Attribution', description: 'The notice that the licence asks for.' }),
    retrieved: text('date', { title: 'Retrieved', description: 'The day on which the source was read.' }),
    published: text('month', {
      title: 'Published',
      description: 'The month that counts for rows without a day of their own.',
    }),
    method: prose.meta({ title: 'Method', description: 'How the source measured.' }),
    measurement_types: z
      .array(z.enum(MEASUREMENT_TYPES))
      .min(1)
      .meta({ title: 'Measurement types', description: 'The types that occur in the rows.' }),
    estimated: z
      .array(z.strictObject({ field: z.string().max(40), note: prose }))
      .meta({ title: 'Estimated', description: 'Every field that is derived or assumed rather than read, and how.' }),
    flaws: z.array(z.strictObject({ what: prose, handling: prose, rows: z.int().min(0) })).meta({
      title: 'Known flaws',
      description: 'What is wrong in the source, how it is handled, how many rows it concerns.',
    }),
    rows: z
      .strictObject({
        read: z.int().min(0),
        converted: z.int().min(0),
        dropped: z.array(z.strictObject({ reason: prose, rows: z.int().min(1) })),
      })
      .meta({ title: 'Rows', description: 'Rows read, rows converted, and the rest by reason.' }),
  })
  .meta({ title: 'Source', description: 'Provenance of a folder of curated rows.' })
export type Source = z.infer<typeof Source>
