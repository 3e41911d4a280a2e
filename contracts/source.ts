import { z } from 'zod'
import { MEASUREMENT_TYPES, text } from './fields.ts'

const prose = z.string().min(1).max(2000)

const rowCount = (title: string, description: string, least = 0) =>
  z.int().min(least).meta({ title, description, unit: 'rows' })

/** data/curated/<source>/source.json: where the rows come from and what was done to them. */
export const Source = z
  .strictObject({
    id: text('source_id', { title: 'Source id', description: 'Equal to the name of the folder.' }),
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
      .array(
        z.strictObject({
          field: z.string().max(40).meta({ title: 'Field', description: 'Name of the field, or of several.' }),
          note: prose.meta({ title: 'Note', description: 'How its values came about.' }),
        }),
      )
      .meta({ title: 'Estimated', description: 'Every field that is derived or assumed rather than read, and how.' }),
    flaws: z
      .array(
        z.strictObject({
          what: prose.meta({ title: 'What', description: 'What is wrong.' }),
          handling: prose.meta({ title: 'Handling', description: 'What is done about it.' }),
          rows: rowCount('Rows', 'How many rows it concerns.'),
        }),
      )
      .meta({
        title: 'Known flaws',
        description: 'What is wrong in the source, how it is handled, how many rows it concerns.',
      }),
    rows: z
      .strictObject({
        read: rowCount('Read', 'Rows in the source.'),
        converted: rowCount('Converted', 'Rows that became curated rows.'),
        dropped: z
          .array(
            z.strictObject({
              reason: prose.meta({ title: 'Reason', description: 'Why rows were left out.' }),
              rows: rowCount('Rows', 'How many rows were left out for it.', 1),
            }),
          )
          .meta({ title: 'Dropped', description: 'The rows that were left out, by reason.' }),
      })
      .meta({ title: 'Rows', description: 'Rows read, rows converted, and the rest by reason.' }),
  })
  .meta({ title: 'Source', description: 'Provenance of a folder of curated rows.' })
export type Source = z.infer<typeof Source>
