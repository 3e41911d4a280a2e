import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { METRIC_INFO, METRICS, type Metric } from '../../../../contracts/metrics.ts'
import type { Statement } from './statement.ts'

/** What the built pages say, read from their HTML. */

/**
 * A built page without its charts, which are most of its elements and repeat what the tables say.
 *
 * @param keepRow whether a row of a table, as HTML, is wanted: making elements of the others takes far longer than looking at their text
 */
export function parsePage(site: string, path: string, keepRow: (row: string) => boolean = () => true): Document {
  const html = readFileSync(join(site, path, 'index.html'), 'utf8')
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<tr\b[\s\S]*?<\/tr>/g, (row) => (keepRow(row) ? row : ''))
  return parseHTML(html).document as unknown as Document
}

/** The rows of the matrix that HTML links to. */
export function cellIds(html: string): string[] {
  return [...html.matchAll(/\/cells\/([^/"#?]+)/g)].map(([, id]) => id!)
}

/** The figures of a page of a model, GPU or engine, which lists rows of the matrix. */
export function readFigureTables(page: Document, place: string): Statement[] {
  return [...page.querySelectorAll('table.own-figures tbody tr')].flatMap((row) => {
    const id = cellId(row)!
    return [...row.querySelectorAll('td[data-metric]')].flatMap((cell) => {
      const median = cell.querySelector('.strong')
      if (!median) return []
      const [spread, n] = textOf(cell.querySelector('small')!).split(' · n ')
      return figure({ id, place }, cell.getAttribute('data-metric')!, textOf(median), spread!, n!)
    })
  })
}

/**
 * Whether the sentence at the top of a page names the extremes of its table: the highest speed for one user, and on pages of GPUs and engines
 * the lowest as well, on one GPU where any row is. `not for one user` where it is about a load.
 */
export function judgeHeadline(page: Document, isModel: boolean): string {
  const headline = textOf(page.querySelector('.answer-line')!)
  if (!headline.startsWith('One user gets')) return 'not for one user'
  const rows = [...page.querySelectorAll('table.own-figures tbody tr[data-load="1"]')]
  const single = rows.filter((row) => row.getAttribute('data-gpus') === '1')
  const speeds = (single.length > 0 ? single : rows).flatMap((row) => row.querySelector('td.speed .strong') ?? [])
  const texts = speeds.map(textOf)
  const sorted = texts.toSorted((a, b) => Number(a.replaceAll(',', '')) - Number(b.replaceAll(',', '')))
  const told = [...headline.matchAll(/([\d.,]+) tok\/s/g)].map(([, value]) => value!)
  const expected = isModel || sorted.length === 1 ? [sorted.at(-1)] : [sorted[0], sorted.at(-1)]
  const same = expected.every((value, i) => value === told[i])
  return same ? 'holds' : `contradiction: “${headline}”, but the table has ${expected.join(' to ')}`
}

/** The figures, the cost and the price of the page of one row. */
export function readCellPage(page: Document, id: string): Statement[] {
  const place = 'cell page'
  return [...page.querySelectorAll('dl.figures > div')].flatMap((box) => {
    const title = textOf(box.querySelector('dt')!)
    const [value, spread, ...others] = [...box.querySelectorAll('dd')].map(textOf)
    const what = title === 'Rent per million output tokens' ? 'cost' : metricOf(title)
    if (!what) return []
    const shown = /^(?:median; )?(?:p25–p75 )?(.*); n ([\d,]+)$/.exec(spread!)!
    const median = /[\d.,]+/.exec(value!)![0]
    const own = figure({ id, place }, what, median, shown[1]!, shown[2]!)
    if (what !== 'cost') return own
    const [, price, origin] = /^([\d.,]+) USD\/h for [^,]*, (.*)$/.exec(others[0]!)!
    return [...own, ...rent({ id, place }, price!, origin!)]
  })
}

/** The medians in the first grid of the home page. */
export function readHomePage(page: Document): Statement[] {
  return [...page.querySelectorAll('#table tbody td:not(.e)')].map((cell) => {
    const text = textOf(cell.querySelector('b')!)
    const metric = text.startsWith('≥ ') ? 'e2e_tps' : 'decode_tps'
    return { id: cellId(cell)!, place: 'home page', quantity: `${metric} median`, text: text.replace('≥ ', '') }
  })
}

/** The figures of the page of two GPUs or engines: those of published cells, told apart by prompt size, version and month. */
export function readComparison(page: Document): Statement[] {
  return [...page.querySelectorAll('section.contrast')].flatMap((section) => {
    const metric = section.id.split('-')[1]!
    return [...section.querySelectorAll('table.strata tbody tr')].flatMap((row) => {
      const [what, bucket, source] = ['.fixed', '.bucket', '.from'].map((selector) => row.querySelector(selector)!)
      // Below the prompt size stands the load, which the row of the matrix tells already.
      const facts = [bucket!.firstChild!, what!.querySelector('small')!, source!.querySelector('small')!].map(textOf)
      return [...row.querySelectorAll('td.num')].flatMap((cell, side) => {
        const [size, version, month] = facts.map((both) => (both.includes(' / ') ? both.split(' / ')[side]! : both))
        const [spread, n] = textOf(cell.querySelector('small')!).split(' · n ')
        const where = { id: cellId(cell)!, place: 'comparison' }
        return figure(where, `${metric} ${size}, ${version}, ${month}`, textOf(cell.querySelector('a')!), spread!, n!)
      })
    })
  })
}

/** The percentiles of the cells of one row, as its page lists them. */
export function readPercentiles(page: Document, id: string): Statement[] {
  const where = { id, place: 'percentiles' }
  const folds = [...page.querySelectorAll('details.fold')].filter((fold) => fold.querySelector('summary h3'))
  return folds.flatMap((fold) => {
    const title = textOf(fold.querySelector('summary h3')!)
    const metric = metricOf(title.slice(0, title.lastIndexOf(' (')))!
    const heads = [...fold.querySelectorAll('thead th')].map(textOf)
    return [...fold.querySelectorAll('tbody tr')].flatMap((row) => {
      const cells = [...row.querySelectorAll('th, td')].map(textOf)
      const at = (head: string) => cells[heads.indexOf(head)]!
      const version = at('Engine version').replace(/^not stated$/, 'version not stated')
      const spread = at('n') === '1' ? 'single value' : `${at('p25')}–${at('p75')}`
      return figure(
        where,
        `${metric} ${at('Prompt tokens')}, ${version}, ${at('Month')}`,
        at('Median'),
        spread,
        at('n'),
      )
    })
  })
}

type Where = Pick<Statement, 'id' | 'place'>

/** A figure as text: what stands for its spread may be the 95 % interval of the median instead. */
export function figure(where: Where, what: string, median: string, spread: string, n?: string): Statement[] {
  const interval = spread.startsWith('95 % ')
  return [
    { ...where, quantity: `${what} median`, text: median },
    { ...where, quantity: `${what} ${interval ? 'interval' : 'spread'}`, text: spread.replace('95 % ', '') },
    ...(n === undefined ? [] : [{ ...where, quantity: `${what} n`, text: n }]),
  ]
}

export function rent(where: Where, price: string, origin: string): Statement[] {
  return [
    { ...where, quantity: 'price per hour', text: price },
    { ...where, quantity: 'price origin', text: origin },
  ]
}

/** The row of the matrix that something links to. */
export function cellId(node: Element): string | undefined {
  const address = node.querySelector('a[href*="/cells/"]')?.getAttribute('href')
  return /\/cells\/([^/]+)\/$/.exec(address ?? '')?.[1]
}

export function textOf(node: Node): string {
  return node.textContent!.replace(/\s+/g, ' ').trim()
}

function metricOf(title: string): Metric | 'output_tps' | undefined {
  if (title === 'Output throughput') return 'output_tps'
  return METRICS.find((metric) => METRIC_INFO[metric].title === title)
}
