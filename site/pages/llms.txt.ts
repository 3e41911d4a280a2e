import { METRIC_INFO, METRICS } from '../../contracts/metrics.ts'
import { addressOf } from '../data/api/address.ts'
import { published } from '../data/published.ts'
import { plural } from '../lib/format.ts'
import { MEASUREMENT_LABELS, MEASUREMENT_TYPES, SITE_NAME } from '../lib/labels.ts'

const PAGES = [
  ['api/', 'JSON, CSV, Arrow, badges and feeds: addresses and schemas'],
  ['api/v1/index.json', 'every document by id'],
  ['api/v1/tables/matrix.csv', 'all figures in one file'],
  ['data/', 'tables, columns, sources and licences'],
  ['methods/', 'formulae, estimators, privacy'],
  ['docs/', 'guides, FAQ, glossary'],
] as const

/** Guidance for language models that read this site. */
export function GET(): Response {
  const text = [
    `# ${SITE_NAME}`,
    '',
    `> Measured speed of language models by GPU and inference engine: ${plural(published('matrix').length, 'figure')}, each with spread, n and source.`,
    '',
    'Rules for reading: measurement types and loads are never mixed, curated and community figures neither; quote a median with its unit, n and source.',
    '',
    '## Metrics',
    '',
    ...METRICS.map((metric) => `- ${metric} (${METRIC_INFO[metric].unit}): ${METRIC_INFO[metric].formula}`),
    '',
    '## Measurement types',
    '',
    ...MEASUREMENT_TYPES.map((type) => `- ${type}: ${MEASUREMENT_LABELS[type].meaning}`),
    '',
    '## Pages and files',
    '',
    ...PAGES.map(([path, what]) => `- [${path}](${addressOf(path)}): ${what}`),
    '',
  ].join('\n')
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
