import type { InputVerdicts } from '../../contracts/manifest.ts'
import type { SourceRow } from '../../contracts/tables.ts'
import { groupBy } from '../lib/group_by.ts'
import { manifest } from './published.ts'

let inputs: Map<string, InputVerdicts[]> | undefined

/** The input files of a curated source, with the verdicts on their lines. */
export function inputsOf(source: string): InputVerdicts[] {
  inputs ??= groupBy(
    manifest().inputs.filter((input) => input.kind === 'curated'),
    (input) => input.contributor,
  )
  return inputs.get(source) ?? []
}

/** The web address of the revision of a source; undefined if it is not a commit on GitHub. */
export function revisionAddress({ url, revision }: SourceRow): string | undefined {
  const isRepository = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/?$/.test(url)
  return isRepository && /^[0-9a-f]{40}$/.test(revision) ? `${url.replace(/\/$/, '')}/tree/${revision}` : undefined
}
