import type { RegressionRow } from '../../contracts/index.ts'
import type { RegressionRates } from '../../site/data/simulation.ts'
import { batches } from './batches.ts'
import { mannWhitney } from './mann_whitney.ts'
import { pass, type Sender, stratumOf } from './pipeline_pass.ts'
import { drawContributor, drawCount, drawSpeeds, POPULATIONS } from './population.ts'
import { medianOf, pool } from './rivals.ts'
import { REGRESSIONS, SEED, STUDY } from './settings.ts'
import { openStream, type Stream } from './stream.ts'
import { Tally } from './tally.ts'

const POPULATION = POPULATIONS[REGRESSIONS.population]

interface Condition {
  effect: number
  pairs: number
  suspected: Tally
  confirmed: Tally
  unpaired: Tally
}

interface Job {
  condition: Condition
  step: number
}

/** One model on one GPU before and after a version step. */
interface Change {
  before: Sender[]
  after: Sender[]
}

/** How often a version step is flagged, by its true effect and the number of contributors on both versions. */
export async function studyRegressions(
  steps: number,
  onProgress: (done: number, of: number) => void,
  { effects, pairs }: Pick<typeof REGRESSIONS, 'effects' | 'pairs'> = REGRESSIONS,
): Promise<RegressionRates[]> {
  const conditions = effects.flatMap((effect) => pairs.map((n) => newCondition(effect, n)))
  const jobs = conditions.flatMap((condition) => Array.from({ length: steps }, (_, step) => ({ condition, step })))
  let done = 0
  for (const batch of batches(jobs, ({ condition }) => sendersOf(condition.pairs))) {
    await runBatch(batch)
    done += batch.length
    onProgress(done, jobs.length)
  }
  return conditions.map(toRow)
}

function newCondition(effect: number, pairs: number): Condition {
  return { effect, pairs, suspected: new Tally(), confirmed: new Tally(), unpaired: new Tally() }
}

function toRow({ effect, pairs, suspected, confirmed, unpaired }: Condition): RegressionRates {
  const rates = { suspected: suspected.estimate(), confirmed: confirmed.estimate(), unpaired: unpaired.estimate() }
  return { effect, pairs, ...rates }
}

/** How many strata a step has: a contributor on both versions has one for each. */
function sendersOf(pairs: number): number {
  return 2 * REGRESSIONS.strata_per_step * pairs * (1 + REGRESSIONS.unpaired_share)
}

async function runBatch(jobs: Job[]): Promise<void> {
  const senders = jobs.flatMap((job) => {
    const changes = drawStep(job)
    const judged = judgedOf(job.condition)
    job.condition.unpaired.add(changes.slice(0, judged).filter(flagUnpaired).length / judged)
    return changes.flatMap(({ before, after }) => [...before, ...after])
  })
  const { regressions } = await pass(senders.map(stratumOf))
  const byEngine = Map.groupBy(regressions, ({ engine }) => engine)
  for (const job of jobs) judge(job, byEngine.get(engineOf(job)) ?? [])
}

/** Adds one value per step, as the strata of a step share its correction for many tests. */
function judge({ condition }: Job, flags: RegressionRow[]): void {
  const judged = judgedOf(condition)
  const counted = flags.filter(({ model_id }) => Number(model_id) < judged)
  condition.suspected.add(counted.length / judged)
  condition.confirmed.add(counted.filter(({ verdict }) => verdict === 'confirmed').length / judged)
}

/** How many strata of a step count, from the first: those that lose speed, or all where none does. */
function judgedOf({ effect }: Condition): number {
  return effect === 0 ? REGRESSIONS.strata_per_step : REGRESSIONS.slowed
}

/** An engine for every step: corrections for many tests reach over the steps of one engine. */
const engineOf = ({ condition, step }: Job) => `e${condition.effect}-${condition.pairs}-${step}`

/** A version step on several models. The streams do not depend on the effect, so that effects differ by it alone. */
function drawStep(job: Job): Change[] {
  const { effect, pairs } = job.condition
  return Array.from({ length: REGRESSIONS.strata_per_step }, (_, model) => {
    const stream = openStream(SEED, STUDY.regressions, pairs, job.step, model)
    const factor = model < REGRESSIONS.slowed ? 1 + effect : 1
    return drawChange(engineOf(job), String(model), factor, pairs, stream)
  })
}

function drawChange(engine: string, model: string, factor: number, pairs: number, stream: Stream): Change {
  const change: Change = { before: [], after: [] }
  const unpaired = Math.round(pairs * REGRESSIONS.unpaired_share)
  for (let c = 0; c < pairs + 2 * unpaired; c++) {
    const who = drawContributor(POPULATION, stream)
    const drifted = { ...who, speed: who.speed * factor * Math.exp(REGRESSIONS.drift_sd * stream.normal()) }
    const send = (version: string, { speed, slow_share }: typeof who): Sender => {
      const speeds = drawSpeeds(POPULATION, { speed, slow_share }, drawCount(POPULATION, stream), stream)
      return { model, engine, version, contributor: `c${c}`, speeds }
    }
    if (c < pairs + unpaired) change.before.push(send('1.0', who))
    if (c < pairs || c >= pairs + unpaired) change.after.push(send('1.1', drifted))
  }
  return change
}

/** The unpaired rule: Mann-Whitney over all samples at the same p, and pooled medians at least as far apart. */
function flagUnpaired({ before, after }: Change): boolean {
  const speedsOf = ({ speeds }: Sender) => speeds
  const [first, second] = [pool(before.map(speedsOf)), pool(after.map(speedsOf))]
  return mannWhitney(first, second) <= 0.02 && medianOf(second) / medianOf(first) - 1 <= -0.03
}
