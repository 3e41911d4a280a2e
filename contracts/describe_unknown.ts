import { nearestNames } from './candidates.ts'
import type { NameFault, NameIndex, Unknown } from './name_index.ts'
import type { Problem } from './problem.ts'
import { showName } from './show.ts'

const MEMBERS: Record<Unknown['what'], [key: string, noun: string]> = {
  model: ['model_ref', 'a model'],
  gpu: ['gpu_name', 'a GPU'],
  engine: ['engine', 'an engine'],
  quantization: ['quantization', 'a precision'],
}

/** A name that cannot be understood as a problem of the line, with what to do about it. */
export function describeUnknown(unknown: Unknown, names: NameIndex): Problem {
  const [key, noun] = MEMBERS[unknown.what]
  const near = nearestNames(names, unknown).map(showName).join(', ')
  return { column: 1, path: `$.${key}`, found: showName(unknown.name), ...WORDS[unknown.why](noun, near) }
}

const WORDS: Record<NameFault, (noun: string, near: string) => Pick<Problem, 'expected' | 'fix'>> = {
  unknown: (noun, near) => ({
    expected: `${noun} that the catalogue knows`,
    fix: near ? `use a name of the catalogue (nearest: ${near}), or add yours to it` : 'add the name to the catalogue',
  }),
  generic: () => ({
    expected: 'a name that tells which model it is',
    fix: 'name the model: hf:org/repo, or the name of its file as published',
  }),
  ambiguous: (noun, near) => ({
    expected: `a name of ${noun} that means one thing`,
    fix: `state what tells them apart (vram_total_mb for GPUs), or use one of: ${near}`,
  }),
  part: () => ({
    expected: 'a whole GPU of this machine',
    fix: 'leave these samples out: figures of a slice, or of a GPU lent to a virtual machine, are not those of the GPU',
  }),
  private: () => ({
    expected: 'a model whose name its owner released',
    fix: 'release the name, or keep the samples for your own figures',
  }),
}
