import type { InputVerdicts } from '../../contracts/manifest.ts'

/** The sum of a count over input files. */
export function sumInputs(inputs: InputVerdicts[], count: 'lines' | 'accepted' | 'rejected' | 'quarantined'): number {
  return inputs.reduce((sum, input) => sum + input[count], 0)
}
