import { CONCURRENCY_BUCKET_TITLES, type ConcurrencyBucket } from '../../../contracts/load.ts'
import { type OwnFigures, readOwnFigures } from '../../expect/own_figures.ts'
import { type PublishedRow, readPublishedRows } from '../../expect/published_rows.ts'
import { isSame, LEAST_TASKS, type Standing, standingOf } from '../../expect/standing.ts'
import { loadNames } from '../catalogue.ts'
import { formatFigure } from '../figures.ts'
import { formatTable } from '../format.ts'
import type { Style } from '../style.ts'

/** Most models that are looked up: a request each if the figures are at a URL. */
const MOST_MODELS = 10

/** Lines that set the buffers' figures beside the published ones of the same configurations and loads. */
export async function readAgainst(
  from: string,
  folders: readonly string[],
  since: number,
  style: Style,
): Promise<string[]> {
  const own = (await readOwnFigures(folders, loadNames(), since)).filter(({ decode }) => decode.count >= LEAST_TASKS)
  const models = [...new Set(own.map(({ model_id }) => model_id))].slice(0, MOST_MODELS)
  const rows = await readPublishedRows(from, models)
  if (own.length === 0)
    return [
      '',
      `No configuration of this host has ${LEAST_TASKS} samples with a decode speed yet, so nothing is set beside ${from}.`,
    ]
  const lines = own.flatMap((figures) => compareOne(figures, rows))
  const head = ['model', 'precision', 'engine', 'users', 'published tok/s', 'this host']
  if (lines.length === 0)
    return [
      '',
      `Nothing is published of the configurations and loads of which this host has ${LEAST_TASKS} samples or more.`,
    ]
  const [titles, ...body] = formatTable(head, lines, [4])
  return ['', style.strong('Beside the published figures'), style.faint(titles!), ...body]
}

function compareOne(own: OwnFigures, rows: readonly PublishedRow[]): string[][] {
  const { model_name, quantization, engine, measurement_type, concurrency_bucket } = own
  const users =
    measurement_type === 'single_stream' ? 'one' : CONCURRENCY_BUCKET_TITLES[concurrency_bucket as ConcurrencyBucket]
  return rows
    .filter((row) => isSame(row, own))
    .flatMap((row) => {
      const standing = standingOf(row, [own])
      if (standing === null) return []
      return [[model_name, quantization, engine, users, formatFigure(row.decode_tps_p50!), describeStanding(standing)]]
    })
}

/** `80.3, 20 % slower` */
export function describeStanding({ verdict, own_tps, ratio }: Standing): string {
  const percent = `${Math.abs((ratio - 1) * 100).toFixed(0)} %`
  return `${formatFigure(own_tps)}, ${verdict === 'within' ? 'as published' : `${percent} ${verdict}`}`
}
