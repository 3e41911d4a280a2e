import { BodyReader } from './body_reader.ts'
import { NdjsonReader } from './ndjson_reader.ts'
import { OllamaLines } from './ollama_lines.ts'
import { OpenAiChunks } from './openai_chunks.ts'
import { OpenAiResponses } from './openai_responses.ts'
import { OrchEvents } from './orch_events.ts'
import { SseReader } from './sse_reader.ts'
import type { StreamProtocol } from './stream_protocol.ts'
import { TgiEvents } from './tgi_events.ts'
import type { ResponseHead, ResponseReader, TaskApi, TaskRequest } from './types.ts'
import { createUsageStripper } from './usage_strip.ts'

/**
 * The reader for a task's response: server-sent events, JSON lines or a body that is not streamed, by its content type. For a
 * llama-orch task it reads the response to `GET /v2/tasks/{id}/events`.
 *
 * @param request as `readTaskRequest` gave it
 * @param engine name of the engine, on which depends what a requested usage chunk adds to the stream
 */
export function createResponseReader(request: TaskRequest, head: ResponseHead, engine: string): ResponseReader {
  const framing = framingOf(request, head)
  if (framing === 'body') return new BodyReader(request.api, head)
  const protocol = createProtocol(request.api)
  if (framing === 'ndjson') return new NdjsonReader(protocol)
  return new SseReader(protocol, request.asked_by_gateway ? createUsageStripper(engine, request.api) : null)
}

function framingOf(request: TaskRequest, head: ResponseHead): 'sse' | 'ndjson' | 'body' {
  const type = (head.content_type ?? '').toLowerCase()
  if (type.startsWith('text/event-stream')) return 'sse'
  if (type.startsWith('application/x-ndjson')) return 'ndjson'
  if (type !== '' || head.status >= 400 || !request.stream) return 'body'
  return request.api.startsWith('ollama.') ? 'ndjson' : 'sse'
}

function createProtocol(api: TaskApi): StreamProtocol {
  switch (api) {
    case 'openai.responses':
      return new OpenAiResponses()
    case 'ollama.generate':
    case 'ollama.chat':
      return new OllamaLines()
    case 'native.generate':
      return new TgiEvents()
    case 'orch.tasks':
      return new OrchEvents()
    default:
      return new OpenAiChunks(api === 'openai.completions' ? api : 'openai.chat')
  }
}
