/** A URL and the credentials that stood in it. */
export interface SplitUrl {
  /** Without user-info. */
  url: string
  /** The value of the `Authorization` header that the user-info stands for (RFC 7617); undefined if there is none. */
  authorization: string | undefined
}

/** Takes the user-info out of a URL: `http://user:password@host` is what a proxy before an engine asks for. */
export function splitCredentials(text: string): SplitUrl {
  const url = new URL(text)
  const { username, password } = url
  if (username === '' && password === '') return { url: text, authorization: undefined }
  url.username = ''
  url.password = ''
  const pair = `${decode(username)}:${decode(password)}`
  return { url: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A lone `%` is one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
