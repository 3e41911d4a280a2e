import { expect, test } from 'vitest'
import { showUrl } from '../../telemetry/show_url.ts'

test.each([
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['https://engine.example/base/v1/', 'https://engine.example/base/v1/'],
  ['http://user:s3cret@[::1]:8000/?key=s3cret#s3cret', 'http://[::1]:8000'],
  ['https://s3cret@engine.example/v1?api_key=s3cret', 'https://engine.example/v1'],
  ['http:user:s3cret@engine.example', 'http://engine.example'],
  ['http://user:s3/cret@engine.example:x/v1', 'engine.example:x/v1'],
  ['http://user:s3#cret@engine.example', 'engine.example'],
  ['user:s3cret@engine.example?key=s3cret', 'engine.example'],
])('%s is shown as %s', (url, shown) => {
  expect(showUrl(url)).toBe(shown)
})
