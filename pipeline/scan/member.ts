import type { LineContract } from '../../contracts/index.ts'

/**
 * How the scan treats each key of a line contract. The text of a "dictionary" member, which takes few values in a file, becomes part of
 * the group that the line is counted in, and each distinct group is judged once by zod; identifiers and measurements are checked on every
 * line.
 */
export type Member =
  | { key: string; role: 'dictionary' }
  | { key: string; role: 'identifier'; pattern: string; nullable: boolean }
  | { key: string; role: 'whole' | 'real'; min: number; max: number; nullable: boolean }

/** A member that holds a measured number. */
export type Measurement = Extract<Member, { max: number }>

export interface LineForm {
  contract: LineContract
  required: Member[]
  optional: Member[]
}
