import { expect, test } from 'vitest'
import { explainError } from '../../../telemetry/gateway/explain_failure.ts'
import { Trouble } from '../../../telemetry/gateway/trouble.ts'

const HOUR_MS = 3_600_000

test('a trouble is logged when it begins, daily while it lasts, and when it ends', () => {
  const log: string[] = []
  let now = 0
  const trouble = new Trouble(
    (line) => void log.push(`${now / HOUR_MS} h: ${line}`),
    () => now,
  )
  trouble.end('up')
  for (; now < 50 * HOUR_MS; now += HOUR_MS) trouble.note('down')
  trouble.end('up')
  trouble.note('down')
  expect(log).toEqual(['0 h: down', '24 h: down (for 1 days)', '48 h: down (for 2 days)', '50 h: up', '50 h: down'])
})

test.each([
  [{ code: 'ECONNREFUSED' }, 'connection refused, nothing listens there (ECONNREFUSED)'],
  [{ code: 'ENOTFOUND' }, 'the name cannot be resolved (ENOTFOUND)'],
  [
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    'certificate not trusted: start the gateway with NODE_EXTRA_CA_CERTS=/path/to/ca.pem (DEPTH_ZERO_SELF_SIGNED_CERT)',
  ],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'the certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)'],
  [{ code: 'UND_ERR_SOCKET' }, 'connection closed without an answer; does it expect https://? (UND_ERR_SOCKET)'],
  [{ name: 'TimeoutError' }, 'no answer in time'],
])('the failure %j is explained', (error, text) => {
  expect(explainError(error).text).toBe(text)
})
