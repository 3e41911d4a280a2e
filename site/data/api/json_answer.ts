/** A response of the JSON interface. */
export function jsonAnswer(document: unknown): Response {
  return new Response(`${JSON.stringify(document)}\n`, { headers: { 'content-type': 'application/json' } })
}
