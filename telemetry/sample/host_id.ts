import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { pseudonymize } from '../anonymise/pseudonym.ts'

const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id']

/**
 * The pseudonym of this host in samples: the HMAC of its machine id (else of its host name) under the local key, so that samples
 * of one host can be paired, but the host cannot be identified without the key.
 */
export function makeHostId(key: Buffer): string {
  return pseudonymize(key, 'host', readMachineId() ?? hostname())
}

function readMachineId(): string | undefined {
  for (const path of MACHINE_ID_FILES) {
    try {
      const id = readFileSync(path, 'utf8').trim()
      if (/^[0-9a-f]{32}$/.test(id)) return id
    } catch {
      // Containers, macOS and Windows have no such file.
    }
  }
  return undefined
}
