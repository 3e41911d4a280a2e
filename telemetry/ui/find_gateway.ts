import { request } from 'undici'
import type { HostStatus } from '../../contracts/host_report.ts'

const TIMEOUT_MS = 1000
const MOST_BYTES = 65_536

/** The address of the page at a gateway that runs here and has these buffers; null if there is none. Asks this host alone. */
export async function findGatewayUi(admin_listen: string, buffers: readonly string[]): Promise<string | null> {
  const base = `http://${admin_listen.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1')}`
  try {
    const { statusCode, body } = await request(`${base}/ui/status.json`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const text = Buffer.from(await body.arrayBuffer())
    if (statusCode !== 200 || text.length > MOST_BYTES) return null
    const found = (JSON.parse(text.toString()) as Partial<HostStatus>).buffers
    return found?.join('\n') === buffers.join('\n') ? `${base}/ui` : null
  } catch {
    // Nothing answers there, or something else does.
    return null
  }
}
