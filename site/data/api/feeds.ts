import { METRIC_INFO } from '../../../contracts/metrics.ts'
import type { RegressionRow } from '../../../contracts/tables.ts'
import type { FeedItem } from '../../lib/api/rss.ts'
import { formatSteps } from '../../lib/counts.ts'
import { plural } from '../../lib/format.ts'
import { formatEffect, formatP } from '../../lib/format_version.ts'
import { engineName, enginePath, figuresBy, findSource, gpuName, modelName } from '../catalog.ts'
import { published } from '../published.ts'
import { addressOf } from './address.ts'

/** The feeds by name. */
export const FEEDS = {
  data: { title: 'data releases', description: 'New sources and months of figures.', items: dataItems },
  regressions: {
    title: 'regressions',
    description: 'Engine versions that made a model slower.',
    items: regressionItems,
  },
} as const

/** One item per curated source, and one per month of community figures; newest first. */
function dataItems(): FeedItem[] {
  const sources = figuresBy('source').flatMap(([id, rows]): FeedItem[] => {
    const source = findSource(id)
    if (!source) return []
    const text = `${plural(rows.length, 'figure')} of ${source.title}, ${source.licence}, revision ${source.revision}.`
    const link = addressOf(`data/#source-${id}`)
    return [{ id: `source:${id}:${source.revision}`, title: source.title, link, text, day: source.retrieved }]
  })
  const months = new Map<string, number>()
  for (const { kind, month } of published('cells'))
    if (kind === 'community') months.set(month, (months.get(month) ?? 0) + 1)
  const community = [...months].map(([month, cells]) => ({
    id: `community:${month}`,
    title: `Community figures of ${month}`,
    link: addressOf('data/'),
    text: `${plural(cells, 'published cell')}.`,
    day: `${month}-01`,
  }))
  return [...sources, ...community].sort((a, b) => (b.day ?? '').localeCompare(a.day ?? '') || a.id.localeCompare(b.id))
}

function regressionItems(): FeedItem[] {
  return published('regressions').map((row) => ({
    id: `regression:${Object.values(configurationOf(row)).join(':')}`,
    title: `${engineName(row.engine)} ${row.from_version} → ${row.to_version}: ${formatEffect(row.effect)}`,
    link: addressOf(enginePath(row.engine)),
    text: `${METRIC_INFO[row.metric].title} of ${modelName(row.model_id)} on ${gpuName(row.gpu_id)}, ${formatSteps(row.pairs)} pairs, p ${formatP(row.p_value)}, ${row.verdict}.`,
    day: null,
  }))
}

/** The identity of a regression: the configuration and the version step. */
function configurationOf({ month, pairs, effect, p_value, verdict, ...configuration }: RegressionRow) {
  return configuration
}
