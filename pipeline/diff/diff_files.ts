import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { FileChange, InputVerdicts } from '../../contracts/index.ts'
import type { DataFile } from '../read/discover.ts'
import { pairRows } from './diff_tables.ts'

/** The input files that are not the same in both, and those of the same bytes with other verdicts: a sample can come to count elsewhere. */
export function diffFiles(
  before: { files: readonly DataFile[]; inputs: readonly InputVerdicts[] },
  after: { files: readonly DataFile[]; inputs: readonly InputVerdicts[] },
): FileChange[] {
  const verdicts = (inputs: readonly InputVerdicts[]) => new Map(inputs.map((input) => [input.path, input]))
  const [former, present] = [verdicts(before.inputs), verdicts(after.inputs)]
  return pairRows(before.files, after.files, ({ path }) => path).flatMap(
    ({ before: from, after: to }): FileChange[] => {
      if (from === null) return [{ change: 'added', ...present.get(to!.path)! }]
      if (to === null) return [{ change: 'removed', ...former.get(from.path)! }]
      const change = isSame(from, to) ? 'recounted' : 'changed'
      const [was, is] = [former.get(from.path)!, present.get(to.path)!]
      return change === 'recounted' && isDeepStrictEqual(was, is) ? [] : [{ change, ...is }]
    },
  )
}

/** Marks the files that are not the same in a former list, as those that came later. */
export function markAdded(files: readonly DataFile[], former: readonly DataFile[]): DataFile[] {
  const known = new Map(former.map((file) => [file.path, file]))
  return files.map((file) => {
    const twin = known.get(file.path)
    return twin !== undefined && isSame(twin, file) ? file : { ...file, isAdded: true }
  })
}

function isSame(a: DataFile, b: DataFile): boolean {
  if (a.absolutePath === b.absolutePath) return true
  return a.bytes === b.bytes && readFileSync(a.absolutePath).equals(readFileSync(b.absolutePath))
}
