import { mkdtempSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { makeCertificate } from '../support/certificate.ts'
import { runGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const TASK = { model: 'm', messages: [], stream: true }

describe('an engine behind TLS', () => {
  const trusted = tls.getCACertificates('default')
  const folder = mkdtempSync(join(tmpdir(), 'orch-https-'))
  let double: EngineDouble
  let front: tls.Server
  let url: string
  let cert: Buffer

  beforeAll(async () => {
    double = await startEngineDouble('vllm', { ttft_ms: 2, tpot_ms: 1, tokens: 3 })
    const made = makeCertificate(folder)
    cert = made.cert
    front = tls.createServer(made, (client) => {
      const engine = net.connect(Number(new URL(double.url).port), '127.0.0.1')
      for (const socket of [client, engine]) socket.on('error', () => {})
      client.pipe(engine).pipe(client)
    })
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(front.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted)
    front.close()
    await double.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('gets no request if its certificate is not trusted', async () => {
    const gateway = await runGateway({ upstream: [{ url }] })
    try {
      const answer = await send(gateway.url, '/v1/chat/completions', TASK)
      expect(answer.status).toBe(502)
      expect(double.requests).toEqual([])
      expect(await gateway.collect(1)).toMatchObject([{ exit: 'error' }])
    } finally {
      await gateway.close()
    }
  })

  test('is found out, answers and is sampled like any other once its certificate is trusted', async () => {
    tls.setDefaultCACertificates([...trusted, cert.toString()])
    const gateway = await runGateway({ upstream: [{ url }] })
    try {
      const answer = await send(gateway.url, '/v1/chat/completions', TASK)
      expect(answer).toMatchObject({ status: 200, ended: 'whole' })
      expect(await gateway.collect(1)).toMatchObject([{ exit: 'ok', engine: 'vllm', tokens_out: 3 }])
    } finally {
      await gateway.close()
    }
  })
})
