import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canRun } from '../../../support/can_run.ts'
import { runFleet } from './fleet.ts'
import { checkPrivateTables } from './private_build.ts'

const ORCH = join(import.meta.dirname, '../../../../bin/orch.js')
const hasPrograms = canRun('/usr/sbin/nginx', '-v') && canRun('openssl', 'version')

test.skipIf(!hasPrograms)(
  'three gateways lose nothing on their way to a receiver behind nginx with TLS, whatever goes wrong',
  { timeout: 300_000 },
  async () => {
    const account = await runFleet({ hosts: 3, seconds: 4, orch: ORCH, seed: 1 }, async (folder, found) =>
      checkPrivateTables(folder, found),
    )
    expect(account.faults).toEqual([])
    expect(account.troubles).toEqual({
      'gateway killed': 1,
      'receiver killed': 1,
      'network cut': 1,
      'disk full': 1,
      'token expired': 1,
      'token revoked': 1,
    })
  },
)
