import { join } from 'node:path'
import { Policy, type Thresholds } from '../../contracts/index.ts'
import { readJson } from './catalog.ts'

/** The thresholds of data/policy.json; a private build has none. */
export function readPolicy(dataDir: string, audience: 'public' | 'private'): Thresholds {
  const policy = readJson(join(dataDir, 'policy.json'), Policy)
  return audience === 'public'
    ? policy
    : { k: 1, min_samples: 1, bin_contributors: 1, bin_samples: 1, closed_through: 999912 }
}
