import type { RegressionRow } from '../../contracts/index.ts'
import type { DisturbedRates } from '../../site/data/simulation.ts'
import { batches } from './batches.ts'
import { pass, type Sender, stratumOf } from './pipeline_pass.ts'
import { drawContributor, drawCount, drawSpeeds, POPULATIONS } from './population.ts'
import { medianOf } from './rivals.ts'
import { DISTURBED, REGRESSIONS, SEED, STUDY } from './settings.ts'
import { flagSignedRank } from './signed_rank.ts'
import { openStream } from './stream.ts'
import { Tally } from './tally.ts'

const POPULATION = POPULATIONS[REGRESSIONS.population]

type Disturbance = (typeof DISTURBED.conditions)[number]
interface Condition extends Disturbance {
  number: number
  pairs: number
  tallies: Record<'signed_rank' | 'suspected' | 'confirmed', Tally>
}

interface Job {
  condition: Condition
  step: number
}

/** A contributor before and after a version step. */
type Pair = readonly [before: Float64Array, after: Float64Array]

/** How often a version step is flagged where some lie about the later version, or all drift together. */
export async function studyDisturbed(
  steps: number,
  onProgress: (done: number, of: number) => void,
  { conditions: disturbances, pairs } = DISTURBED,
): Promise<DisturbedRates[]> {
  const conditions = disturbances.flatMap((disturbance, number) =>
    pairs.map((n) => ({ ...disturbance, number, pairs: n, tallies: newTallies() })),
  )
  const jobs = conditions.flatMap((condition) => Array.from({ length: steps }, (_, step) => ({ condition, step })))
  let done = 0
  for (const batch of batches(jobs, ({ condition }) => 2 * REGRESSIONS.strata_per_step * condition.pairs)) {
    await runBatch(batch)
    done += batch.length
    onProgress(done, jobs.length)
  }
  return conditions.map(toRow)
}

function newTallies(): Condition['tallies'] {
  return { signed_rank: new Tally(), suspected: new Tally(), confirmed: new Tally() }
}

function toRow({ tallies, number: _, ...condition }: Condition): DisturbedRates {
  const { signed_rank, suspected, confirmed } = tallies
  return {
    ...condition,
    signed_rank: signed_rank.estimate(),
    suspected: suspected.estimate(),
    confirmed: confirmed.estimate(),
  }
}

async function runBatch(jobs: Job[]): Promise<void> {
  const senders = jobs.flatMap((job) => {
    const strata = Array.from({ length: REGRESSIONS.strata_per_step }, (_, model) => drawPairs(job, model))
    const flagged = strata.filter((pairs) => flagSignedRank(pairs.map(changeOf)))
    job.condition.tallies.signed_rank.add(flagged.length / strata.length)
    return strata.flatMap((pairs, model) => pairs.flatMap((pair, c) => sendersOf(job, model, c, pair)))
  })
  const { regressions } = await pass(senders.map(stratumOf))
  const byEngine = Map.groupBy(regressions, ({ engine }) => engine)
  for (const job of jobs) judge(job, byEngine.get(engineOf(job)) ?? [])
}

function judge({ condition: { tallies } }: Job, flags: RegressionRow[]): void {
  tallies.suspected.add(flags.length / REGRESSIONS.strata_per_step)
  const confirmed = flags.filter(({ verdict }) => verdict === 'confirmed')
  tallies.confirmed.add(confirmed.length / REGRESSIONS.strata_per_step)
}

/** An engine for every step: corrections for many tests reach over the steps of one engine. */
const engineOf = ({ condition, step }: Job) => `e${condition.number}-${condition.pairs}-${step}`

function sendersOf(job: Job, model: number, c: number, pair: Pair): Sender[] {
  return ['1.0', '1.1'].map((version, v) => ({
    model: String(model),
    engine: engineOf(job),
    version,
    contributor: `c${c}`,
    speeds: pair[v]!,
  }))
}

/** The contributors of one model, of whom the first lie. The streams are the same for every disturbance. */
function drawPairs({ condition, step }: Job, model: number): Pair[] {
  const { effect, pairs, liars_share, lie_factor, shared_drift_sd } = condition
  const stream = openStream(SEED, STUDY.disturbed, pairs, step, model)
  const shared = (1 + effect) * Math.exp(shared_drift_sd * stream.normal())
  const liars = Math.round(liars_share * pairs)
  return Array.from({ length: pairs }, (_, c): Pair => {
    const who = drawContributor(POPULATION, stream)
    const before = drawSpeeds(POPULATION, who, drawCount(POPULATION, stream), stream)
    const factor = shared * Math.exp(REGRESSIONS.drift_sd * stream.normal()) * (c < liars ? lie_factor : 1)
    const later = { ...who, speed: who.speed * factor }
    return [before, drawSpeeds(POPULATION, later, drawCount(POPULATION, stream), stream)]
  })
}

function changeOf([before, after]: Pair): number {
  return Math.log(medianOf(after) / medianOf(before))
}
