/** The library: the emitter for an orchestrator that is written in TypeScript. */

export type { Exit, MeasurementType, TelemetryEvent, TimingSource } from '../contracts/index.ts'
export type { Consent } from './config/consent_types.ts'
export type { TelemetryConfig } from './config/schema.ts'
export { createTelemetry, type TelemetryOptions } from './create_telemetry.ts'
export { type GpuMonitorOptions, startGpuMonitor } from './gpu/start_gpu_monitor.ts'
export type { GpuFacts, GpuMonitor, VramWindow } from './gpu/types.ts'
export type { Task, TaskFacts, TaskResult, Telemetry, TelemetrySnapshot } from './sample/types.ts'
