import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isWithdrawn, Withdrawn } from '../../contracts/index.ts'
import { readJson } from './catalog.ts'
import { type DataFile, type Discovery, discoverData } from './discover.ts'

/** What a build reads. */
export interface Inputs extends Discovery {
  withdrawn: Withdrawn
  /** Files that lie in the folder of a withdrawn contribution. They are not read. */
  skipped: DataFile[]
}

/** Lists the files under `dataDir` without the withdrawn ones. Throws ExplainedError on a damaged withdrawn.json. */
export function readInputs(dataDir: string): Inputs {
  const { files, refusals } = discoverData(dataDir)
  const withdrawn = readWithdrawn(dataDir)
  const { kept = [], skipped = [] } = Object.groupBy(files, (file) => (isSkipped(withdrawn, file) ? 'skipped' : 'kept'))
  return { files: kept, refusals, withdrawn, skipped }
}

/** data/withdrawn.json; nothing is withdrawn where there is no such file. Throws ExplainedError. */
export function readWithdrawn(dataDir: string): Withdrawn {
  const path = join(dataDir, 'withdrawn.json')
  return existsSync(path) ? readJson(path, Withdrawn) : { schema_version: 1, withdrawals: [], cells: [] }
}

function isSkipped({ withdrawals }: Withdrawn, { kind, owner, month }: DataFile): boolean {
  return kind === 'community' && month !== null && isWithdrawn(withdrawals, owner, month)
}
