import http from 'node:http'
import { listen } from '../gateway/listen.ts'
import { Ui, type UiOptions } from './ui.ts'

export interface ServedUi {
  /** Of the page. */
  url: string
  close(): Promise<void>
}

/** Serves the page on a loopback address. @param port 0 takes any free one */
export async function serveUi(options: UiOptions, port: number): Promise<ServedUi> {
  const ui = new Ui(options)
  const server = http.createServer((request, response) => {
    if (request.url === '/') response.writeHead(302, { Location: '/ui' }).end()
    else if (!ui.answer(request, response)) response.writeHead(404, { 'Content-Type': 'text/plain' }).end('See /ui\n')
  })
  const url = await listen(server, '--port', `127.0.0.1:${port}`)
  const close = async () => {
    await ui.close()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }
  return { url: `${url}/ui`, close }
}
