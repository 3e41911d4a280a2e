import { allServing } from '../../data/serving.ts'
import type { ServingModel } from '../../lib/serving/types.ts'

export function getStaticPaths() {
  return allServing().map((model) => ({ params: { slug: model.slug }, props: { model } }))
}

/** The data that the script of /serving/ fetches about a model. */
export function GET({ props }: { props: { model: ServingModel } }): Response {
  return new Response(JSON.stringify(props.model), { headers: { 'content-type': 'application/json' } })
}
