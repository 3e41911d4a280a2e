/** Which setting decided whether samples are recorded; the first that is set decides. */
export type ConsentSource =
  | 'DO_NOT_TRACK'
  | 'ORCH_TELEMETRY_ENABLED'
  | 'config file'
  | 'orch telemetry on'
  | 'orch telemetry local'
  | 'orch telemetry off'
  | 'default'

/** Whether samples are recorded, and why. */
export interface Consent {
  enabled: boolean
  /** Whether what is recorded is for the operator alone: a folder of its own, which no sink and no export reads. */
  local?: boolean
  source: ConsentSource
  /** The setting's value or the file that holds it, for `orch telemetry status`. */
  detail: string
  /** When the operator opted in (RFC 3339), null if unknown: samples from before it are never sent. */
  since: string | null
  /** A warning about an invalid setting, and what to write instead; null if there is none. */
  problem: string | null
}
