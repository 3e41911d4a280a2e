import type { Thresholds, WithdrawnCell } from '../../contracts/index.ts'
import type { PartitionAggregates } from '../aggregate/aggregate_partitions.ts'
import type { Stratum } from '../strata/stratum.ts'
import { aggregateInClickhouse, aggregateSamples } from './aggregate.ts'
import { connectClickhouse } from './connect.ts'

/** A ClickHouse that aggregates in the place of DuckDB. */
export interface ClickhouseEngine {
  /** `http[s]://[user[:password]@]host:port/[database]` */
  url: string
  /** A table of samples in that database, to aggregate in the place of the files. */
  samples?: string | undefined
}

export interface RemoteAggregates extends PartitionAggregates {
  /** Version of the server. */
  version: string
}

/** Aggregates strata, or the table of samples that the engine names. Rejects with ExplainedError where nothing answers at the address. */
export async function aggregateAt(
  { url, samples }: ClickhouseEngine,
  strata: readonly Stratum[],
  { policy, withdrawn }: { policy: Thresholds; withdrawn: readonly WithdrawnCell[] },
): Promise<RemoteAggregates> {
  const session = await connectClickhouse(url)
  try {
    const [server] = await session.read<{ version: string }>('SELECT version() AS version')
    const { bins, ...rest } =
      samples === undefined
        ? await aggregateInClickhouse(session, strata, policy, withdrawn)
        : await aggregateSamples(session, samples, policy, withdrawn)
    const models = [...bins].map(([model_slug, rows]) => ({ model_slug, fingerprint: null, rows: () => rows }))
    return { ...rest, bins: models, version: server!.version }
  } finally {
    await session.close()
  }
}
