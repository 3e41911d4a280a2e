import type { CoverageRow } from '../../site/data/simulation.ts'
import { batches } from './batches.ts'
import { naiveInterval } from './naive_interval.ts'
import { type Figures, pass, type Sender, stratumOf } from './pipeline_pass.ts'
import { drawContributor, drawCount, drawSpeeds, POPULATIONS, type PopulationName, trueMedian } from './population.ts'
import type { Cell } from './rivals.ts'
import { COVERAGE, SEED, STUDY } from './settings.ts'
import { openStream } from './stream.ts'
import { Tally } from './tally.ts'

/** Contributors from which the pipeline states an interval. */
const PUBLISHED_FROM = 8

interface Condition {
  population: PopulationName
  contributors: number
  clustered: Tally
  relativeWidth: Tally
  given: Tally
  naive: Tally
}

interface Job {
  condition: Condition
  repetition: number
}

/** How often the interval of the median holds the population's median, by population and number of contributors. */
export async function studyCoverage(
  repetitions: number,
  onProgress: (done: number, of: number) => void,
  { populations, contributors } = COVERAGE,
): Promise<CoverageRow[]> {
  const conditions = populations.flatMap((population) => contributors.map((n) => newCondition(population, n)))
  const jobs = conditions.flatMap((condition) =>
    Array.from({ length: repetitions }, (_, repetition) => ({ condition, repetition })),
  )
  let done = 0
  for (const few of [true, false]) {
    const alike = jobs.filter(({ condition }) => condition.contributors < PUBLISHED_FROM === few)
    for (const batch of batches(alike, ({ condition }) => condition.contributors)) {
      await runBatch(batch, few)
      done += batch.length
      onProgress(done, jobs.length)
    }
  }
  return conditions.map(toRow)
}

function newCondition(population: PopulationName, contributors: number): Condition {
  const tallies = { clustered: new Tally(), relativeWidth: new Tally(), given: new Tally(), naive: new Tally() }
  return { population, contributors, ...tallies }
}

function toRow({ population, contributors, clustered, relativeWidth, given, naive }: Condition): CoverageRow {
  return {
    population,
    contributors,
    published: contributors >= PUBLISHED_FROM,
    given_share: given.estimate().mean,
    clustered: clustered.estimate(),
    relative_width: relativeWidth.estimate().mean,
    naive: naive.estimate(),
  }
}

/** `few`: whether the pipeline would state no interval from so few contributors, so that its bar has to be lowered. */
async function runBatch(jobs: Job[], few: boolean): Promise<void> {
  const senders = jobs.flatMap((job) => {
    const cell = drawCell(job)
    const { low, high } = naiveInterval(cell)
    job.condition.naive.add(holdsTruth(job.condition, low, high))
    return cell.map(
      (speeds, c): Sender => ({ model: modelOf(job), engine: 'e', version: '1', contributor: `c${c}`, speeds }),
    )
  })
  const fewest = Math.min(...jobs.map(({ condition }) => condition.contributors))
  const figures = await pass(senders.map(stratumOf), few ? { intervalsFrom: fewest } : {})
  for (const job of jobs) judge(job, figures)
}

function judge(job: Job, { cells }: Figures): void {
  const { clustered, relativeWidth, given, population } = job.condition
  const cell = cells.get(modelOf(job))
  const [low, high] = [cell?.decode_tps_ci_low ?? null, cell?.decode_tps_ci_high ?? null]
  given.add(low !== null && high !== null ? 1 : 0)
  if (low === null || high === null) return
  clustered.add(holdsTruth(job.condition, low, high))
  relativeWidth.add((high - low) / trueMedian(POPULATIONS[population]))
}

function holdsTruth({ population }: Condition, low: number, high: number): number {
  const truth = trueMedian(POPULATIONS[population])
  return low <= truth && truth <= high ? 1 : 0
}

const modelOf = ({ condition, repetition }: Job) => `${condition.population}-${condition.contributors}-${repetition}`

function drawCell({ condition, repetition }: Job): Cell {
  const population = POPULATIONS[condition.population]
  const number = Object.keys(POPULATIONS).indexOf(condition.population)
  const stream = openStream(SEED, STUDY.coverage, number, condition.contributors, repetition)
  return Array.from({ length: condition.contributors }, () => {
    const who = drawContributor(population, stream)
    return drawSpeeds(population, who, drawCount(population, stream), stream)
  })
}
