import sharp from 'sharp'
import { METRIC_INFO } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import { formatValue, plural } from '../lib/format.ts'
import { MEASUREMENT_LABELS, SITE_NAME } from '../lib/labels.ts'
import { drawOgCard, type OgCard } from '../lib/og_card.ts'
import { OG_PAGES } from '../lib/og_pages.ts'
import { figuresBy, gpuName, gpuPath, modelName, modelPath } from './catalog.ts'
import { figureOf } from './matrix.ts'
import { rowLabel, type Subject, sectionsOf } from './sections.ts'

/** The preview pictures of the site by their path below `og/`: one per section, model and GPU. */
export function ogCards(): { path: string; card: OgCard }[] {
  const pages = Object.entries(OG_PAGES).map(([path, words]) => ({ path, card: { ...words, site: SITE_NAME } }))
  const models = figuresBy('model_id').map(([id, rows]) => ({
    path: modelPath(id).slice(0, -1),
    card: subjectCard(modelName(id), rows, 'model'),
  }))
  const gpus = figuresBy('gpu_id').map(([id, rows]) => ({
    path: gpuPath(id).slice(0, -1),
    card: subjectCard(gpuName(id), rows, 'gpu'),
  }))
  return [...pages, ...models, ...gpus]
}

function subjectCard(title: string, rows: MatrixRow[], subject: Subject): OgCard {
  const section = sectionsOf(rows)[0]!
  const { title: metric, unit, higher_is_better } = METRIC_INFO[section.metric]
  const bars = section.rows.flatMap((row) => {
    const figure = figureOf(row, section.metric)
    return figure ? [{ label: rowLabel(row, subject), value: figure.p50, text: formatValue(figure.p50) }] : []
  })
  const other = subject === 'model' ? 'gpu_id' : 'model_id'
  const count = new Set(rows.map((row) => row[other])).size
  const best = `${metric} in ${unit}, ${higher_is_better ? 'best first' : 'soonest first'}: ${MEASUREMENT_LABELS[section.type].title.toLowerCase()}, ${section.kind}`
  return {
    title,
    line: `${plural(rows.length, 'figure')} ${subject === 'model' ? `on ${plural(count, 'GPU')}` : `for ${plural(count, 'model')}`}, each with spread, n and source`,
    axis: best,
    bars,
    site: SITE_NAME,
  }
}

let checked: Promise<void> | undefined

/** A picture as PNG. Throws, naming the fix, on a machine without fonts, where it would have no text. */
export async function renderOgCard(card: OgCard): Promise<Buffer> {
  checked ??= checkFonts()
  await checked
  return sharp(Buffer.from(drawOgCard(card)))
    .png({ compressionLevel: 6 })
    .toBuffer()
}

async function checkFonts(): Promise<void> {
  const probe =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="white"/><text y="32" font-family="sans-serif" font-size="32">M</text></svg>'
  const { channels } = await sharp(Buffer.from(probe)).stats()
  if (channels[0]!.min === channels[0]!.max)
    throw new Error(
      'og/*.png: expected a font to draw text with, found none. Fix: install one, for example "apt-get install fonts-dejavu-core", or build without SITE_URL, which builds no pictures.',
    )
}
