import type { BiasRow, Estimator } from '../../site/data/simulation.ts'
import { type Lie, tellLie } from './attacks.ts'
import { batches } from './batches.ts'
import { pass, type Sender, stratumOf } from './pipeline_pass.ts'
import {
  type Contributor,
  drawContributor,
  drawCount,
  drawSpeeds,
  POPULATIONS,
  trueMean,
  trueMedian,
} from './population.ts'
import { type Cell, RIVALS, type Rival } from './rivals.ts'
import { BIAS, SEED, STUDY } from './settings.ts'
import { openStream } from './stream.ts'
import { Tally } from './tally.ts'

/** A condition of the study: one lie told by a share of the contributors. */
interface Condition {
  lie: Lie
  malicious_share: number
  tallies: Record<Estimator, Tally>
}

const POPULATION = POPULATIONS[BIAS.population]
const NAMES = [...(Object.keys(RIVALS) as Rival[]), 'published'] as const
/** Every lie of the study. */
export const LIES: readonly Lie[] = [
  { manner: 'flood', factor: 10 },
  { manner: 'flood', factor: 1.6 },
  ...BIAS.lie_factors.map((factor): Lie => ({ manner: 'collude', factor })),
]

/** How far each estimator ends up from the truth, by share of malicious contributors and kind of lie. */
export async function studyBias(
  repetitions: number,
  onProgress: (done: number, of: number) => void,
  { lies, malicious_shares }: { lies: readonly Lie[]; malicious_shares: number[] } = { ...BIAS, lies: LIES },
): Promise<BiasRow[]> {
  const conditions = listConditions(lies, malicious_shares)
  const all = Array.from({ length: repetitions }, (_, repetition) => repetition)
  let done = 0
  for (const batch of batches(all, () => conditions.length * BIAS.contributors)) {
    await runBatch(batch, conditions)
    done += batch.length
    onProgress(done, repetitions)
  }
  return reportRows(conditions)
}

function listConditions(lies: readonly Lie[], shares: number[]): Condition[] {
  return lies.flatMap((lie) =>
    shares
      // Without liars all lies are the same condition: it stands once.
      .filter((share) => share > 0 || lie === lies[0])
      .map((malicious_share) => ({ lie, malicious_share, tallies: newTallies() })),
  )
}

function newTallies(): Record<Estimator, Tally> {
  return Object.fromEntries(NAMES.map((name) => [name, new Tally()])) as Record<Estimator, Tally>
}

async function runBatch(repetitions: number[], conditions: Condition[]): Promise<void> {
  const [mean, median] = [trueMean(POPULATION), trueMedian(POPULATION)]
  const senders = repetitions.flatMap((repetition) => {
    const honest = drawHonest(repetition)
    return conditions.flatMap((condition, number) => {
      const cell = mixLiars(honest, condition, repetition)
      for (const [name, estimate] of Object.entries(RIVALS))
        condition.tallies[name as Rival].add(estimate(cell) / (name === 'pooled_mean' ? mean : median) - 1)
      return cell.map(
        (speeds, c): Sender => ({
          model: modelOf(number, repetition),
          engine: 'e',
          version: '1',
          contributor: `c${c}`,
          speeds,
        }),
      )
    })
  })
  const { cells } = await pass(senders.map(stratumOf))
  for (const repetition of repetitions)
    for (const [number, { tallies }] of conditions.entries())
      tallies.published.add(cells.get(modelOf(number, repetition))!.decode_tps_p50! / median - 1)
}

const modelOf = (condition: number, repetition: number) => `c${condition}-r${repetition}`

interface Honest {
  who: Contributor
  speeds: Float64Array
}

/** The same contributors for every condition of a repetition, so that conditions differ by the lies alone. */
function drawHonest(repetition: number): Honest[] {
  const stream = openStream(SEED, STUDY.bias, repetition)
  return Array.from({ length: BIAS.contributors }, () => {
    const who = drawContributor(POPULATION, stream)
    return { who, speeds: drawSpeeds(POPULATION, who, drawCount(POPULATION, stream), stream) }
  })
}

/** The cell in which the first contributors lie. */
function mixLiars(honest: Honest[], { lie, malicious_share }: Condition, repetition: number): Cell {
  const liars = Math.round(malicious_share * honest.length)
  return honest.map(({ who, speeds }, c) => {
    if (c >= liars) return speeds
    const stream = openStream(
      SEED,
      STUDY.bias,
      repetition,
      1 + c,
      lie.manner === 'flood' ? 0 : 1,
      Math.round(lie.factor * 100),
    )
    return tellLie(lie, POPULATION, who, stream)
  })
}

/** A row per named attack and share; of the colluders' lies, the agreed 1.6 and the one that moves the published figure most. */
function reportRows(conditions: Condition[]): BiasRow[] {
  const told = conditions.filter(({ malicious_share }) => malicious_share > 0)
  const of = (manner: Lie['manner'], factor: number) =>
    told.filter(({ lie }) => lie.manner === manner && lie.factor === factor)
  const colluding = told.filter(({ lie }) => lie.manner === 'collude')
  const byShare = Map.groupBy(colluding, ({ malicious_share }) => malicious_share)
  return [
    ...conditions.filter(({ malicious_share }) => malicious_share === 0).map((condition) => toRow('none', condition)),
    ...of('flood', 10).map((condition) => toRow('flood_10', condition)),
    ...of('flood', 1.6).map((condition) => toRow('flood_1_6', condition)),
    ...of('collude', 1.6).map((condition) => toRow('collude_1_6', condition)),
    ...[...byShare.values()].map((choice) => toRow('targeted', worstLie(choice))),
  ]
}

function toRow(attack: BiasRow['attack'], { lie, malicious_share, tallies }: Condition): BiasRow {
  return {
    attack,
    lie_factor: malicious_share === 0 ? 1 : lie.factor,
    malicious_share,
    estimators: Object.fromEntries(NAMES.map((name) => [name, tallies[name].estimate()])) as BiasRow['estimators'],
  }
}

function worstLie(conditions: Condition[]): Condition {
  const shift = ({ tallies }: Condition) => Math.abs(tallies.published.estimate().mean)
  return conditions.reduce((worst, condition) => (shift(condition) > shift(worst) ? condition : worst))
}
