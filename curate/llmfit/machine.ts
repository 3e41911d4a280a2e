import { createHash } from 'node:crypto'
import type { Submission } from './submission.ts'

/**
 * Tells machines apart by what a submission states of them. Without `memTierGb`, which is a class and not a property: submissions of one machine
 * give it two values.
 */
export function machineOf(hardware: Submission['hardware']): string {
  const { hardwareName, vramGb, gpuCount, cpu, cpuCores, ramGb, os } = hardware
  const stated = JSON.stringify([hardwareName, vramGb, gpuCount, cpu, cpuCores, ramGb, os])
  return `m${createHash('sha256').update(stated).digest('hex').slice(0, 8)}`
}
