import type { InputVerdicts } from '../../contracts/manifest.ts'
import type { SourceRow } from '../../contracts/tables.ts'
import { groupBy } from '../lib/group_by.ts'
import { manifest } from './published.ts'

let inputs: Map<string, InputVerdicts[]> | undefined

/** The input files of a curated source, with what became of their lines. */
export function inputsOf(source: string): InputVerdicts[] {
  inputs ??= groupBy(
    manifest().inputs.filter((input) => input.kind === 'curated'),
    (input) => input.contributor,
  )
  return inputs.get(source) ?? []
}

/** Where the revision of a source that was read can be looked at; undefined where its address does not tell. */
export function revisionAddress({ url, revision }: SourceRow): string | undefined {
  const isRepository = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/?$/.test(url)
  return isRepository && /^[0-9a-f]{40}$/.test(revision) ? `${url.replace(/\/$/, '')}/tree/${revision}` : undefined
}
