import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Takes every batch of the HTTP sink, in a process of its own. */
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end())
})
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit())
