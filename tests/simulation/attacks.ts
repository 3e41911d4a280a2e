import { type Contributor, drawCount, drawSpeeds, type Population } from './population.ts'
import { BIAS } from './settings.ts'
import type { Stream } from './stream.ts'

/** A lie: how many times its true speed a malicious contributor states, and how it goes about it. */
export interface Lie {
  factor: number
  /** Flooders each multiply their own speed and send very many samples; colluders state one agreed speed in usual numbers. */
  manner: 'flood' | 'collude'
}

/** What a malicious contributor sends instead of its true samples, ascending. */
export function tellLie(lie: Lie, population: Population, who: Contributor, stream: Stream): Float64Array {
  if (lie.manner === 'flood')
    return drawSpeeds(population, { ...who, speed: who.speed * lie.factor }, BIAS.flood_samples, stream)
  const agreed: Population = { ...population, within_contributor_sd: BIAS.agreed_sd }
  const speed = population.typical_tps * lie.factor
  return drawSpeeds(agreed, { speed, slow_share: 0 }, drawCount(population, stream), stream)
}
