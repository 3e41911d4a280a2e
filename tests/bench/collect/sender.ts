import { Pool } from 'undici'
import { type Batch, makeBatches } from './batches.ts'
import type { Preparation, Sending, Sent } from './sender_types.ts'

/** A host with batches, in a process of its own. */
let batches: Batch[] = []

process.on('message', (message: { prepare: Preparation } | { send: Sending }) => {
  if ('prepare' in message) {
    batches = makeBatches(message.prepare)
    process.send!({ prepared: batches.length })
  } else
    void sendAll(message.send).then(
      (sent) => process.send!({ sent }),
      (error: Error) => process.send!({ error: error.stack }),
    )
})
process.on('disconnect', () => process.exit())
process.send!({ started: true })

async function sendAll(sending: Sending): Promise<Sent> {
  const pool = new Pool(`http://127.0.0.1:${sending.port}`, { connections: sending.connections })
  const sent: Sent = {
    ...{ seconds: 0, latencies_ms: [], accepted: 0, rejected: 0, duplicates: 0, statuses: {} },
    ...{ without_retry_after: 0, failed: 0, again: { seconds: 0, accepted: 0, duplicates: 0 } },
  }
  const refused: Batch[] = []
  const sendOne = async (batch: Batch, due: number) => {
    const isTaken = await post(pool, sending, batch, due, sent)
    if (!isTaken) refused.push(batch)
  }
  const began = performance.now()
  await (sending.batches_per_s === null ? sendInTurn(sending, sendOne) : sendOnTime(sending.batches_per_s, sendOne))
  sent.seconds = (performance.now() - began) / 1000
  if (sending.again) await sendAgain(pool, sending, refused, sent)
  await pool.close()
  return sent
}

type SendOne = (batch: Batch, due: number) => Promise<void>

async function sendInTurn({ connections }: Sending, sendOne: SendOne): Promise<void> {
  const left = batches.values()
  const work = async () => {
    for (const batch of left) await sendOne(batch, performance.now())
  }
  await Promise.all(Array.from({ length: connections }, work))
}

async function sendOnTime(batches_per_s: number, sendOne: SendOne): Promise<void> {
  const began = performance.now()
  const running: Promise<void>[] = []
  for (const [i, batch] of batches.entries()) {
    const due = began + (i * 1000) / batches_per_s
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    running.push(sendOne(batch, due))
  }
  await Promise.all(running)
}

async function sendAgain(pool: Pool, sending: Sending, refused: Batch[], sent: Sent): Promise<void> {
  const began = performance.now()
  const calm: Sent = { ...sent, accepted: 0, duplicates: 0, latencies_ms: [], statuses: {} }
  for (let batch = refused.shift(); batch; batch = refused.shift()) {
    if (await post(pool, sending, batch, performance.now(), calm)) continue
    refused.push(batch)
    await sleep(100)
  }
  const seconds = (performance.now() - began) / 1000
  sent.again = { seconds, accepted: calm.accepted, duplicates: calm.duplicates }
}

async function post(
  pool: Pool,
  { path, form, token }: Sending,
  batch: Batch,
  due: number,
  sent: Sent,
): Promise<boolean> {
  const headers = {
    'content-type': 'application/x-ndjson',
    'content-encoding': 'gzip',
    'user-agent': 'orch',
    authorization: `Bearer ${token}`,
  }
  try {
    const answer = await pool.request({ path, method: 'POST', headers, body: batch[form] })
    const text = await answer.body.text()
    const { statusCode: status } = answer
    sent.statuses[status] = (sent.statuses[status] ?? 0) + 1
    if ((status === 429 || status === 503) && answer.headers['retry-after'] === undefined) sent.without_retry_after += 1
    if (status !== 422 && (status < 200 || status > 299)) return false
    sent.latencies_ms.push(performance.now() - due)
    count(text === '' ? { accepted: batch.samples, rejected: 0, duplicates: 0 } : JSON.parse(text), sent)
    return true
  } catch {
    sent.failed += 1
    return false
  }
}

function count(verdicts: Pick<Sent, 'accepted' | 'rejected' | 'duplicates'>, sent: Sent): void {
  sent.accepted += verdicts.accepted
  sent.rejected += verdicts.rejected
  sent.duplicates += verdicts.duplicates
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
