import { formatCount, plural } from '../format.ts'
import type { Matrix } from '../matrix/entries.ts'

/** What there is to answer from: figures, sources, the newest month, and whether operators have shared any yet. */
export function describeCoverage({ entries, models, gpus, sources }: Matrix): string {
  const newest = entries.reduce((month, { lastMonth }) => (lastMonth > month ? lastMonth : month), '')
  const shared = entries.filter(({ kind }) => kind === 'community').length
  const published = sources.filter(({ id }) => id !== 'community').length
  const community = shared === 0 ? 'no community figures yet' : `${formatCount(shared)} of them shared by operators`
  return `${plural(entries.length, 'figure')} for ${plural(models.length, 'model')} on ${plural(gpus.length, 'GPU')} from ${plural(published, 'published source')}, newest ${newest}; ${community}.`
}
