import { AnthropicEvents } from './anthropic_events.ts'
import { BodyReader } from './body_reader.ts'
import { SglangEvents, TokenEvents, TritonEvents } from './generate_events.ts'
import { NdjsonReader } from './ndjson_reader.ts'
import { OllamaLines } from './ollama_lines.ts'
import { OpenAiChunks } from './openai_chunks.ts'
import { OpenAiResponses } from './openai_responses.ts'
import { OrchEvents } from './orch_events.ts'
import { SniffingReader } from './sniffing_reader.ts'
import { SseReader } from './sse_reader.ts'
import type { Framing, StreamProtocol } from './stream_protocol.ts'
import { TgiEvents } from './tgi_events.ts'
import type { ResponseHead, ResponseReader, TaskApi, TaskRequest } from './types.ts'
import { createUsageStripper } from './usage_strip.ts'

/**
 * The reader for a task's response: server-sent events, JSON lines or a body that is not streamed, by its content type; by its first bytes if a
 * stream was requested and the content type does not say that it is one. For a llama-orch task it reads the response to
 * `GET /v2/tasks/{id}/events`.
 *
 * @param request as `readTaskRequest` gave it
 * @param engine name of the engine, on which depends the form of `/generate`, and what a requested usage chunk adds to the stream
 */
export function createResponseReader(request: TaskRequest, head: ResponseHead, engine: string): ResponseReader {
  const create = (framing: Framing) => createFramed(framing, request, head, engine)
  const framing = framingOf(head)
  if (framing !== 'body' || !mayStream(request, head)) return create(framing)
  return new SniffingReader(create, request.api.startsWith('ollama.'), request.asked_by_gateway)
}

function createFramed(framing: Framing, request: TaskRequest, head: ResponseHead, engine: string): ResponseReader {
  if (framing === 'body') return new BodyReader(request.api, head, engine)
  const protocol = createProtocol(request.api, engine)
  if (framing === 'ndjson') return new NdjsonReader(protocol)
  return new SseReader(protocol, request.asked_by_gateway ? createUsageStripper(engine, request.api) : null)
}

function framingOf({ content_type = '' }: ResponseHead): Framing {
  const type = content_type.toLowerCase()
  if (type.startsWith('text/event-stream')) return 'sse'
  return type.startsWith('application/x-ndjson') ? 'ndjson' : 'body'
}

/** A stream was requested, and the length of the answer is not told in advance. */
function mayStream({ stream }: TaskRequest, { status, header }: ResponseHead): boolean {
  return stream && status < 400 && header?.('content-length') === undefined
}

function createProtocol(api: TaskApi, engine: string): StreamProtocol {
  switch (api) {
    case 'openai.responses':
      return new OpenAiResponses()
    case 'anthropic.messages':
      return new AnthropicEvents()
    case 'ollama.generate':
    case 'ollama.chat':
      return new OllamaLines()
    case 'native.generate':
      return createNative(engine)
    case 'orch.tasks':
      return new OrchEvents()
    case 'openai.completions':
    case 'llamacpp.completion':
      return new OpenAiChunks(api)
    default:
      return new OpenAiChunks('openai.chat')
  }
}

function createNative(engine: string): StreamProtocol {
  if (engine === 'sglang') return new SglangEvents()
  if (engine === 'triton') return new TritonEvents()
  return engine === 'vllm' ? new TokenEvents() : new TgiEvents()
}
