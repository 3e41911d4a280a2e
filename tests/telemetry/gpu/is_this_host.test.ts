import { expect, test } from 'vitest'
import { isThisHost } from '../../../telemetry/gpu/is_this_host.ts'

const NAMES: Record<string, string[]> = {
  'both.example': ['198.51.100.1', '2001:db8::7'],
  'there.example': ['198.51.100.1'],
  'looped.example': ['127.0.1.1'],
}
const resolve = async (name: string) => NAMES[name] ?? Promise.reject(new Error('ENOTFOUND'))

test.each([
  ['http://localhost:8000', true],
  ['http://gpu.localhost:8000', true],
  ['http://127.0.0.1:8000', true],
  ['http://127.8.9.1:8000/v1', true],
  ['http://[::1]:8000', true],
  ['http://0.0.0.0:8000', true],
  ['http://[::ffff:127.0.0.1]:8000', true],
  ['http://192.0.2.7:8000', false],
  ['http://[2001:db8::7]:8000', false],
  ['http://both.example', false],
  ['http://looped.example', true],
  ['http://192.0.2.8:8000', false],
  ['http://there.example', false],
  ['http://nowhere.example', false],
  ['http://localhost.example', false],
])('%s is this host: %s', async (url, expected) => {
  expect(await isThisHost(url, resolve)).toBe(expected)
})
