import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A submission file; only the keys that are read. */
export interface Submission {
  submittedAtUnix: number
  hardware: {
    hwClass: string
    hardwareName: string | null
    vramGb: number | null
    gpuCount: number
    cpu: string
    cpuCores: number
    ramGb: number
    os: string
  }
  results: Result[]
}

/** The mean of a few runs of one model: tokens per second, milliseconds. */
export interface Result {
  model: string
  provider: string
  numRuns: number
  avgTps: number
  avgTtftMs?: number | null
  avgTotalMs: number
  avgOutputTokens: number
}

/** The submissions below a folder with their paths relative to it, sorted by path. */
export function readSubmissions(folder: string): { path: string; submission: Submission }[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
  return paths.sort().map((path) => ({
    path: path.replaceAll('\\', '/'),
    submission: JSON.parse(readFileSync(join(folder, path), 'utf8')) as Submission,
  }))
}
