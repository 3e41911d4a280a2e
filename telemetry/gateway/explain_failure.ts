/** Why an engine cannot be used, for the log of its operator. */
export interface Failure {
  text: string
  /** Whether it is certain, so that no second check is needed. */
  certain: boolean
}

const REASONS: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, 'connection refused, nothing listens there'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'the host cannot be reached'],
  [/CERT_HAS_EXPIRED/, 'the certificate has expired'],
  [/ALTNAME/, 'the certificate is for another name'],
  [/CERT|SIGNATURE|ISSUER/, 'certificate not trusted: start the gateway with NODE_EXTRA_CA_CERTS=/path/to/ca.pem'],
  [/SSL|TLS|EPROTO/, 'no TLS there: is it an http:// address?'],
]

/** Explains an error of a connection. */
export function explainError(error: unknown): Failure {
  const { code, name } = error as NodeJS.ErrnoException
  const known = REASONS.find(([pattern]) => pattern.test(code ?? ''))
  if (known) return { text: `${known[1]} (${code})`, certain: true }
  if (name === 'TimeoutError' || name === 'AbortError') return { text: 'no answer in time', certain: false }
  const text = /SOCKET|ECONNRESET|HTTPParser/.test(`${code} ${name}`)
    ? 'connection closed without an answer; does it expect https://?'
    : 'no connection'
  return { text: `${text} (${code ?? name})`, certain: false }
}
