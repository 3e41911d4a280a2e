import type { ServerResponse } from 'node:http'
import type { TaskApi } from '../wire/types.ts'
import { sendError } from './error_body.ts'
import type { UploadFailure } from './incoming_body.ts'

/** A client should not retry at once, nor wait longer than a task takes. */
const RETRY_AFTER_S = 1

/** No upstream serves the model that the request names. */
export function refuseModel(response: ServerResponse, api: TaskApi | null, patterns: readonly string[]): void {
  sendError(response, api, {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    param: 'model',
    message: `No upstream serves this model. Models served here: ${patterns.join(', ')}`,
  })
}

/** The queue of the upstream is full. */
export function refuseTask(response: ServerResponse, api: TaskApi): void {
  sendError(response, api, {
    status: 429,
    type: 'rate_limit_error',
    code: 'queue_full',
    message: 'The engine is busy and the queue before it is full. Try again later.',
    retry_after_s: RETRY_AFTER_S,
  })
}

/** The request body could not be read. A client that left gets nothing. */
export function refuseUpload(response: ServerResponse, api: TaskApi | null, failure: UploadFailure): void {
  if (failure === 'upload_no_memory')
    sendError(response, api, {
      status: 503,
      type: 'server_error',
      code: 'overloaded',
      message:
        'The requests under way take all memory that the gateway may use for them (max_body_bytes). Try again later.',
      retry_after_s: RETRY_AFTER_S,
      close: true,
    })
  else if (failure === 'upload_stalled')
    sendError(response, api, {
      status: 408,
      type: 'invalid_request_error',
      code: 'request_timeout',
      message: 'The rest of the request body did not arrive in time (upload_timeout_s).',
      close: true,
    })
}

/** The engine did not answer. The client does not learn its address. `sent`: whether it may have got a part of the request. */
export function refuseUnanswered(response: ServerResponse, api: TaskApi | null, sent: boolean): void {
  sendError(response, api, {
    status: 502,
    type: 'upstream_error',
    code: sent ? 'upstream_closed' : 'upstream_unreachable',
    message: sent
      ? 'The engine closed the connection before it answered. Try again; if it persists, look at the log of the engine.'
      : 'The engine cannot be reached. Check that it runs and that the gateway has the right address of it.',
  })
}

/** The gateway shuts down, and this request came over a connection that was open before. */
export function refuseWhileClosing(response: ServerResponse, api: TaskApi | null): void {
  sendError(response, api, {
    status: 503,
    type: 'server_error',
    code: 'shutting_down',
    message: 'The gateway is shutting down. Try again on a new connection.',
    retry_after_s: RETRY_AFTER_S,
    close: true,
  })
}

/** The request target is not a path below the engine's base. */
export function refusePath(response: ServerResponse): void {
  sendError(response, null, {
    status: 400,
    type: 'invalid_request_error',
    code: 'bad_request_target',
    message: 'The request target must be a path that begins with "/" and does not climb above it with "..".',
  })
}

/** The Host header names neither this machine nor an allowed name. */
export function refuseHost(response: ServerResponse): void {
  sendError(response, null, {
    status: 403,
    type: 'invalid_request_error',
    code: 'host_not_allowed',
    message:
      'The Host header names neither this machine nor a name in allowed_hosts. The gateway listens on a loopback address, where a web page could reach it under a name of its own.',
  })
}

/** A fault of the gateway itself. */
export function refuseAfterFault(response: ServerResponse): void {
  sendError(response, null, {
    status: 500,
    type: 'gateway_error',
    code: 'gateway_error',
    message: 'The gateway failed on this request. Its log says where; please report it.',
  })
}
