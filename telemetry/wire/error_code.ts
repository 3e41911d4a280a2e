import { asObject } from './observation.ts'

/** Codes such as `server_error` or `BadRequestError`. Without digits, so that no key, token or personal number matches. */
const CODE_WORD = /^[A-Za-z][A-Za-z_]{1,47}$/

/**
 * A short code for what an engine reported as a failure; its message is never used, since messages quote prompts.
 * The forms: OpenAI `{error: {type, code, message}}`, older vLLM `{object: "error", type, code}`, TGI `{error, error_type}`,
 * Ollama `{error: "message"}`, llama-orch `{code, message}`.
 *
 * @param status of the HTTP response: if it is an error, it gives the code when the engine does not
 */
export function errorCodeOf(body: Record<string, unknown>, status: number): string {
  const error = asObject(body.error)
  for (const word of [error.type, error.code, body.error_type, body.type, body.code]) {
    if (typeof word === 'string' && word !== 'error' && CODE_WORD.test(word)) return word
  }
  for (const code of [error.code, body.code]) {
    const number = Number(code)
    if (Number.isInteger(number) && number >= 400 && number <= 599) return `http_${number}`
  }
  return status >= 400 ? `http_${status}` : 'stream_error'
}
