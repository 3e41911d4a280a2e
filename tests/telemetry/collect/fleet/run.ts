import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileOrch } from '../../../bench/gateway/orch.ts'
import { stopAll } from '../../../bench/gateway/processes.ts'
import { runFleet } from './fleet.ts'
import { checkPrivateSite, checkPrivateTables } from './private_build.ts'

/**
 * A fleet at full size: `npm run soak -- --fleet [--hosts 20] [--seconds 120] [--seed 1]`. Prints a table by host, and every fault. Exit
 * code 1 on a fault.
 */
export async function runFullFleet(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    strict: false,
    options: {
      hosts: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '120' },
      seed: { type: 'string', default: '1' },
    },
  })
  const { hosts, seconds, seed } = values as Record<string, string>
  const folder = mkdtempSync(join(tmpdir(), 'orch-fleet-program-'))
  // What it started ends with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stopAll().then(() => process.exit(1)))
  try {
    const orch = join(compileOrch(folder), 'bin/orch.js')
    const options = { hosts: Number(hosts), seconds: Number(seconds), seed: Number(seed), orch, say: console.error }
    const account = await runFleet(options, async (at, found) => {
      console.error('building the private tables and site')
      return [...checkPrivateTables(at, found), ...checkPrivateSite(at, found)]
    })
    console.table(Object.fromEntries(account.hosts.map(({ name, ...host }) => [name, host])))
    console.table(account.troubles)
    for (const fault of account.faults) console.log(fault)
    console.log(account.faults.length === 0 ? 'sent = stored + counted losses, for every host' : 'FAULTS')
    process.exitCode = account.faults.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
