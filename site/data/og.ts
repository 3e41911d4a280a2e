import sharp from 'sharp'
import type { MatrixRow } from '../../contracts/tables.ts'
import { plural } from '../lib/format.ts'
import { SITE_NAME } from '../lib/labels.ts'
import { drawOgCard, type OgCard } from '../lib/og_card.ts'
import { OG_PAGES } from '../lib/og_pages.ts'
import { engineName, enginePath, figuresBy, gpuName, gpuPath, modelName, modelPath } from './catalog.ts'
import { pageAnswer, speedText } from './page_answers.ts'
import { rowLabel, type Subject } from './sections.ts'

/** The preview pictures of the site by their path below `og/`: one per section, model, GPU and engine. */
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
  const engines = figuresBy('engine').map(([id, rows]) => ({
    path: enginePath(id).slice(0, -1),
    card: subjectCard(engineName(id), rows, 'engine'),
  }))
  return [...pages, ...models, ...gpus, ...engines]
}

/** The answer of the page in words and bars. */
function subjectCard(title: string, rows: MatrixRow[], subject: Subject): OgCard {
  const answer = pageAnswer(rows, subject, title)
  const best = answer?.best ?? []
  return {
    title,
    line: answer?.text ?? `${plural(rows.length, 'figure')}: no attempt counts for a speed`,
    axis: answer ? `Speed in tok/s, ${answer.load}, ${answer.kind}; highest first` : '',
    bars: best.map((own) => ({
      label: rowLabel(own.row, subject),
      value: own.speed.figure.p50,
      text: speedText(own).replace(' tok/s', ''),
    })),
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
