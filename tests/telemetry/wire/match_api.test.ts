import { expect, test } from 'vitest'
import { matchTaskApi, matchTaskCancel, matchTaskEvents } from '../../../telemetry/wire/match_api.ts'

test.each([
  ['/v1/chat/completions', 'openai.chat'],
  ['/openai/v1/chat/completions?api-version=1', 'openai.chat'],
  ['/v1/completions', 'openai.completions'],
  ['/v1/responses', 'openai.responses'],
  ['/v1/embeddings/', 'openai.embeddings'],
  ['/api/generate', 'ollama.generate'],
  ['/api/chat', 'ollama.chat'],
  ['/chat/completions', 'openai.chat'],
  ['/embedding', 'openai.embeddings'],
  ['/v1/messages?beta=true', 'anthropic.messages'],
  ['/api/embed', 'ollama.embed'],
  ['/api/embeddings', 'ollama.embed'],
  ['/completion', 'llamacpp.completion'],
  ['/completions', 'llamacpp.completion'],
  ['/infill', 'llamacpp.completion'],
  ['/v1/rerank', 'rerank'],
  ['/reranking', 'rerank'],
  ['/v1/score', 'score'],
  ['/pooling', 'pooling'],
  ['/classify', 'classify'],
  ['/v1/audio/transcriptions', 'audio'],
  ['/v1/images/generations', 'images'],
  ['/v2/models/m/infer', 'other'],
  ['/inference/v1/generate', 'native.generate'],
  ['/v2/models/m/versions/1/generate_stream', 'native.generate'],
  ['/generate', 'native.generate'],
  ['/generate_stream', 'native.generate'],
  ['/v2/tasks', 'orch.tasks'],
])('POST %s is a task of %s', (path, api) => {
  expect(matchTaskApi('POST', path)).toBe(api)
  expect(matchTaskApi('GET', path)).toBeNull()
})

test.each([
  '/v1/models',
  '/v1/responses/resp_1/cancel',
  '/v1/chat/completions/render',
  '/v1/messages/count_tokens',
  '/tokenize',
  '/api/pull',
  '/api/tags',
  '/metrics',
  '/',
  '?',
])('POST %s is no task', (path) => expect(matchTaskApi('POST', path)).toBeNull())

test('the events and the end of a llama-orch task name it', () => {
  expect(matchTaskEvents('GET', '/v2/tasks/3f-1/events?x=1')).toBe('3f-1')
  expect(matchTaskEvents('POST', '/v2/tasks/3f-1/events')).toBeNull()
  expect(matchTaskEvents('GET', '/v2/tasks/a%2Fb/events')).toBeNull()
  expect(matchTaskCancel('POST', '/base/v2/tasks/3f-1/cancel')).toBe('3f-1')
  expect(matchTaskCancel('DELETE', '/v2/tasks/3f-1')).toBe('3f-1')
  expect(matchTaskCancel('GET', '/v2/tasks/3f-1/cancel')).toBeNull()
})
