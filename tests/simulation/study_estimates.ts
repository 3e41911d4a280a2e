import { COMPARED, type Compared, type EstimatesRow } from '../../site/data/simulation.ts'
import { batches } from './batches.ts'
import { ESTIMATORS, type Figure } from './estimators.ts'
import { pass, type Sender, stratumOf } from './pipeline_pass.ts'
import { drawCount, drawSpeeds, medianOfParts, POPULATIONS } from './population.ts'
import type { Cell } from './rivals.ts'
import { ESTIMATES, SEED, STUDY } from './settings.ts'
import { openStream, type Stream } from './stream.ts'
import { Tally } from './tally.ts'

type Hardware = keyof typeof ESTIMATES.hardware
interface Condition {
  hardware: Hardware
  lie: EstimatesRow['lie']
  contributors: number
  liars: number
  tallies: Record<Compared, Tallies>
}
type Tallies = Record<'lost' | 'bias' | 'coverage' | 'width', Tally>

interface Job {
  condition: Condition
  repetition: number
}

/** What becomes of small cells, honest and with liars, under this site's estimator and others. */
export async function studyEstimates(
  repetitions: { honest: number; lies: number },
  onProgress: (done: number, of: number) => void,
  { lies, contributors }: Pick<typeof ESTIMATES, 'lies' | 'contributors'> = ESTIMATES,
): Promise<EstimatesRow[]> {
  const conditions = lies.flatMap((told) => contributors.map((n) => newCondition(told, n)))
  const jobs = conditions.flatMap((condition) => {
    const length = condition.lie === 'none' ? repetitions.honest : repetitions.lies
    return Array.from({ length }, (_, repetition): Job => ({ condition, repetition }))
  })
  let done = 0
  for (const batch of batches(jobs, ({ condition }) => condition.contributors)) {
    await runBatch(batch)
    done += batch.length
    onProgress(done, jobs.length)
  }
  return conditions.map(toRow)
}

function newCondition({ hardware, lie }: (typeof ESTIMATES.lies)[number], contributors: number): Condition {
  const liars = lie === 'none' ? 0 : ESTIMATES.liars[ESTIMATES.contributors.indexOf(contributors)]!
  const tallies = Object.fromEntries(COMPARED.map((name) => [name, newTallies()])) as Condition['tallies']
  return { hardware, lie, contributors, liars, tallies }
}

function newTallies(): Tallies {
  return { lost: new Tally(), bias: new Tally(), coverage: new Tally(), width: new Tally() }
}

async function runBatch(jobs: Job[]): Promise<void> {
  const senders = jobs.flatMap((job) => {
    const cell = drawCell(job)
    for (const [name, estimate] of Object.entries(ESTIMATORS))
      if (name !== 'soft') add(job.condition, name as Compared, estimate(cell))
    return cell.map(
      (speeds, c): Sender => ({ model: modelOf(job), engine: 'e', version: '1', contributor: `c${c}`, speeds }),
    )
  })
  const { cells } = await pass(senders.map(stratumOf))
  for (const job of jobs) {
    const cell = cells.get(modelOf(job))
    const estimate = cell?.decode_tps_p50 ?? null
    const [low, high] = [cell?.decode_tps_ci_low ?? Number.NaN, cell?.decode_tps_ci_high ?? Number.NaN]
    add(job.condition, 'published', estimate === null ? null : { estimate, low, high })
  }
}

/** Adds what an estimator made of one cell. Without an interval (NaN) it neither covers nor misses. */
function add({ hardware, tallies }: Condition, name: Compared, figure: Figure | null): void {
  const { lost, bias, coverage, width } = tallies[name]
  const truth = trueSpeed(hardware)
  lost.add(figure === null ? 1 : 0)
  if (figure === null) return
  bias.add(figure.estimate / truth - 1)
  if (Number.isNaN(figure.low) || Number.isNaN(figure.high)) return
  coverage.add(figure.low <= truth && truth <= figure.high ? 1 : 0)
  width.add((figure.high - figure.low) / truth)
}

const modelOf = ({ condition: { hardware, lie, contributors }, repetition }: Job) =>
  `${hardware}-${lie}-${contributors}-${repetition}`

/** The cell in which the first contributors lie. Conditions of the same hardware and number differ by the lies alone. */
function drawCell({ condition, repetition }: Job): Cell {
  const { hardware, contributors, liars, lie } = condition
  const hardwareNumber = Object.keys(ESTIMATES.hardware).indexOf(hardware)
  const stream = openStream(SEED, STUDY.estimates, hardwareNumber, contributors, repetition)
  return Array.from({ length: contributors }, (_, c) => {
    const speed = drawSpeed(hardware, stream)
    const honest = drawSpeeds(POPULATION, { speed, slow_share: 0 }, drawCount(POPULATION, stream), stream)
    return c < liars ? lieAbout(honest, lie, stream) : honest
  })
}

const POPULATION = POPULATIONS.unequal_counts

/** A contributor's own speed. */
function drawSpeed(hardware: Hardware, stream: Stream): number {
  const { sd, tails, capped_share, capped_factor } = ESTIMATES.hardware[hardware]
  const capped = capped_share > 0 && stream.uniform() < capped_share ? capped_factor : 1
  const z = stream.normal()
  const stretch = tails === 't3' ? Math.hypot(stream.normal(), stream.normal(), stream.normal()) / Math.sqrt(3) : 1
  return POPULATION.typical_tps * capped * Math.exp((sd * z) / stretch)
}

/** Ascending speeds as a liar states them: its own times a factor, or one speed that all liars agreed on. */
function lieAbout(honest: Float64Array, lie: Condition['lie'], stream: Stream): Float64Array {
  const { factor, agreed } = ESTIMATES.told[lie as keyof typeof ESTIMATES.told]
  return honest
    .map(
      (speed) => factor * (agreed ? POPULATION.typical_tps * Math.exp(ESTIMATES.agreed_sd * stream.normal()) : speed),
    )
    .sort()
}

/** The median over contributors who weigh the same: t3 is as symmetric as the normal. */
function trueSpeed(hardware: Hardware): number {
  const { sd, capped_share, capped_factor } = ESTIMATES.hardware[hardware]
  const spread = Math.hypot(sd, POPULATION.within_contributor_sd)
  const parts = [
    { share: 1 - capped_share, shift: 0, sd: spread },
    { share: capped_share, shift: Math.log(capped_factor), sd: spread },
  ]
  return POPULATION.typical_tps * medianOfParts(parts)
}

function toRow({ hardware, lie, contributors, liars, tallies }: Condition): EstimatesRow {
  const of = ({ lost, bias, coverage, width }: Tallies) => ({
    lost: lost.estimate().mean,
    bias: bias.n > 1 ? bias.estimate() : null,
    coverage: coverage.n > 1 ? coverage.estimate() : null,
    width: width.n > 1 ? width.estimate().mean : null,
  })
  const estimators = COMPARED.map((name) => [name, of(tallies[name])])
  return {
    hardware,
    lie,
    contributors,
    liars,
    estimators: Object.fromEntries(estimators) as EstimatesRow['estimators'],
  }
}
