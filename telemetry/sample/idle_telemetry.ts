import type { Consent } from '../config/consent_types.ts'
import { IDLE_TASK } from './task.ts'
import type { Telemetry } from './types.ts'

/** The emitter used while telemetry is off: every method does nothing, and nothing is opened. */
export function makeIdleTelemetry(consent: Consent): Telemetry {
  return {
    enabled: false,
    task: () => IDLE_TASK,
    record() {},
    flush: async () => {},
    close: async () => {},
    snapshot: () => ({
      consent,
      buffer_dir: null,
      open_tasks: 0,
      samples: { recorded: 0, written: 0, pending: 0, dropped: {} },
      sinks: {},
    }),
  }
}
