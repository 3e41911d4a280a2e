import { type Comparison, comparisons, subjectOf } from '../../data/comparisons.ts'
import { comparePath } from '../../lib/answers/pairs.ts'
import { compareCsv } from '../../lib/compare/export.ts'
import { compareSubjects } from '../../lib/compare/render.ts'

export function getStaticPaths() {
  return comparisons().all.map((comparison) => ({
    params: { pair: comparePath(comparison.a.id, comparison.b.id).split('/')[1]! },
    props: { comparison },
  }))
}

/** Every like-for-like comparison of a pair. */
export function GET({ props: { comparison } }: { props: { comparison: Comparison } }): Response {
  const { side, a, b } = comparison
  const { matches } = compareSubjects([subjectOf(side, a.id), subjectOf(side, b.id)])
  return new Response(compareCsv([a.id, b.id], side, matches), { headers: { 'content-type': 'text/csv' } })
}
