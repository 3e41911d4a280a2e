/** Which setting decided whether samples are recorded; the first that says something wins. */
export type ConsentSource =
  | 'DO_NOT_TRACK'
  | 'ORCH_TELEMETRY_ENABLED'
  | 'config file'
  | 'orch telemetry on'
  | 'orch telemetry off'
  | 'default'

/** Whether samples are recorded, and why. */
export interface Consent {
  enabled: boolean
  source: ConsentSource
  /** The setting's value or the file that holds it, for `orch telemetry status`. */
  detail: string
  /** When the operator opted in (RFC 3339), where that is known: samples from before it are never sent. */
  since: string | null
  /** A setting that could not be understood, and what to write instead; to be said aloud. null if all is well. */
  problem: string | null
}
