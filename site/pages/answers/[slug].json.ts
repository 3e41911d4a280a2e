import { allAnswers } from '../../data/answers.ts'
import type { ModelAnswers } from '../../lib/answers/types.ts'

export function getStaticPaths() {
  return allAnswers().map((answers) => ({ params: { slug: answers.slug }, props: { answers } }))
}

/** The data that the scripts of /which-gpu/ and /cost/ fetch about a model. */
export function GET({ props }: { props: { answers: ModelAnswers } }): Response {
  return new Response(JSON.stringify(props.answers), { headers: { 'content-type': 'application/json' } })
}
