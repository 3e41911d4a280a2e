import { allSubjects } from '../../../data/comparisons.ts'
import type { Subject } from '../../../lib/compare/types.ts'

export function getStaticPaths() {
  return allSubjects().map((subject) => ({ params: { side: subject.side, id: subject.id }, props: { subject } }))
}

/** The data that the script of /compare/ fetches about a GPU, an engine or a model. */
export function GET({ props }: { props: { subject: Subject } }): Response {
  return new Response(JSON.stringify(props.subject), { headers: { 'content-type': 'application/json' } })
}
