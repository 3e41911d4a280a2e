import { METRIC_INFO, METRICS } from '../../contracts/metrics.ts'
import type { MatrixRow } from '../../contracts/tables.ts'
import type { JsonLd } from '../lib/json_ld.ts'
import { SITE_NAME } from '../lib/labels.ts'
import { addressOf } from './api/address.ts'
import { cellPath, findSource } from './catalog.ts'
import { figureOf } from './matrix.ts'
import { manifest, published } from './published.ts'

/** Structured data by the vocabulary of schema.org. */

const CONTEXT = 'https://schema.org'
const CC_BY = 'https://creativecommons.org/licenses/by/4.0/'

/** The steps from the root to a page, the page last. */
export function breadcrumbs(steps: [text: string, path: string][]): JsonLd {
  const itemListElement = [['Matrix', ''] as const, ...steps].map(([name, path], i) => ({
    '@type': 'ListItem',
    position: i + 1,
    name,
    item: addressOf(path),
  }))
  return { '@context': CONTEXT, '@type': 'BreadcrumbList', itemListElement }
}

/** All published tables as one data set. */
export function siteDataset(): JsonLd {
  const { files } = manifest()
  const months = [...new Set(published('cells').map((cell) => cell.month))].sort()
  return {
    '@context': CONTEXT,
    '@type': 'Dataset',
    name: `${SITE_NAME}: language model speed by GPU and engine`,
    description:
      'Tokens per second and time to first token of language models, by GPU, engine, precision and prompt size: percentiles, distributions, rates and sources, as Arrow files.',
    url: addressOf('data/'),
    isAccessibleForFree: true,
    license: CC_BY,
    temporalCoverage: months.length > 0 ? `${months[0]}/${months.at(-1)}` : undefined,
    variableMeasured: METRICS.map(measured),
    isBasedOn: published('sources').map(({ title, url, licence }) => ({
      '@type': 'Dataset',
      name: title,
      url,
      license: licenceUrl(licence),
    })),
    distribution: files
      .filter(({ name }) => !name.startsWith('bins/'))
      .map(({ name, bytes, sha256 }) => ({
        '@type': 'DataDownload',
        name,
        contentUrl: addressOf(`data/${name}`),
        encodingFormat: 'application/vnd.apache.arrow.stream',
        contentSize: `${bytes} B`,
        sha256,
      })),
  }
}

/** One matrix row as a data set: what was measured, from which source, and its document. */
export function cellDataset(row: MatrixRow, name: string, description: string): JsonLd {
  const source = findSource(row.source)
  return {
    '@context': CONTEXT,
    '@type': 'Dataset',
    name,
    description,
    url: addressOf(cellPath(row.matrix_id)),
    identifier: row.matrix_id,
    isAccessibleForFree: true,
    license: source ? licenceUrl(source.licence) : CC_BY,
    isBasedOn: source?.url,
    creditText: source?.attribution,
    includedInDataCatalog: { '@type': 'DataCatalog', name: SITE_NAME, url: addressOf('data/') },
    temporalCoverage: `${row.first_month}/${row.last_month}`,
    variableMeasured: METRICS.flatMap((metric) => {
      const figure = figureOf(row, metric)
      return figure ? [{ ...measured(metric), value: figure.p50, minValue: figure.p25, maxValue: figure.p75 }] : []
    }),
    distribution: [
      {
        '@type': 'DataDownload',
        contentUrl: addressOf(`api/v1/cells/${row.matrix_id}.json`),
        encodingFormat: 'application/json',
      },
    ],
  }
}

function measured(metric: (typeof METRICS)[number]) {
  const { title, unit } = METRIC_INFO[metric]
  return { '@type': 'PropertyValue', name: title, unitText: unit }
}

/** The page of an SPDX licence; the name itself if it is not an SPDX id. */
function licenceUrl(licence: string): string {
  return /^[A-Za-z0-9.+-]+$/.test(licence) ? `https://spdx.org/licenses/${licence}.html` : licence
}
