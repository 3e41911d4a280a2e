import http from 'node:http'

/** What a client got, piece by piece. */
export interface Received {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
  /** How the body ended: whole, broken off by the server, or left by the client. */
  ended: 'whole' | 'broken' | 'left'
}

export interface SendOptions {
  method?: string
  headers?: Record<string, string>
  /** The client goes away when what it has got so far says so. */
  leaveAt?: (body: string) => boolean
  agent?: http.Agent
}

/** Sends a request on a connection of its own (or the agent's) and reads the answer. */
export function send(url: string, path: string, body: object | null, options: SendOptions = {}): Promise<Received> {
  const { method = body === null ? 'GET' : 'POST', headers = {}, leaveAt, agent = new http.Agent() } = options
  return new Promise((resolve, reject) => {
    const text = body === null ? '' : JSON.stringify(body)
    const typed = body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const request = http.request(url + path, { method, headers: { ...typed, ...headers }, agent }, (response) => {
      let received = ''
      let ended: Received['ended'] = 'broken'
      const finish = () => resolve({ status: response.statusCode!, headers: response.headers, body: received, ended })
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        received += part
        if (!leaveAt?.(received)) return
        ended = 'left'
        request.destroy()
      })
      response.on('end', () => {
        ended = 'whole'
      })
      response.on('error', () => {})
      response.on('close', finish)
    })
    request.on('error', reject)
    request.end(text)
  })
}
