import type { ServerResponse } from 'node:http'
import type { TaskApi } from '../wire/types.ts'

/** An error response of the gateway itself. */
export interface GatewayError {
  status: number
  /** Machine-readable; OpenAI's own code if it has one. */
  type: string
  code: string
  message: string
  /** The request's field at fault. */
  param?: string
  /** Value of Retry-After, in seconds. */
  retry_after_s?: number
  /** Whether the connection ends with it. */
  close?: boolean
}

/** Answers with an error in the form that clients of the API understand. */
export function sendError(response: ServerResponse, api: TaskApi | null, error: GatewayError): void {
  if (response.headersSent || response.destroyed) return
  const body = Buffer.from(JSON.stringify(errorBody(api, error)))
  const headers: Record<string, string | number> = { 'Content-Type': 'application/json', 'Content-Length': body.length }
  if (error.retry_after_s !== undefined) headers['Retry-After'] = error.retry_after_s
  if (error.close) headers.Connection = 'close'
  response.writeHead(error.status, headers).end(body)
}

/** The `error` member: a text for Ollama and TGI, an object for OpenAI. */
function errorBody(api: TaskApi | null, { type, code, message, param }: GatewayError): object {
  if (api?.startsWith('ollama.')) return { error: message }
  if (api === 'anthropic.messages') return { type: 'error', error: { type, message } }
  if (api === 'native.generate') return { error: message, error_type: type }
  return { error: { message, type, param: param ?? null, code } }
}
