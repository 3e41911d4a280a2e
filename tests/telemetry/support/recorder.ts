import type { TelemetryEvent } from '../../../contracts/index.ts'
import type { BufferCounts, SampleBuffer } from '../../../telemetry/buffer/types.ts'
import { fixedGpuMonitor } from '../../../telemetry/gpu/fixed_monitor.ts'
import type { GpuFacts, GpuMonitor } from '../../../telemetry/gpu/types.ts'
import { SampleRecorder } from '../../../telemetry/sample/sample_recorder.ts'
import { TenantNames } from '../../../telemetry/sample/tenant_names.ts'

export const A100: GpuFacts = {
  gpu_name: 'NVIDIA A100-SXM4-40GB',
  gpu_count: 2,
  vram_total_mb: 81_920,
  driver_version: '550.54.15',
  source: 'nvidia-smi',
}

export const HOST_ID = 'ab'.repeat(16)
export const JOB_ID = '11111111-2222-4333-8444-555555555555'

/** An emitter over a list, with clocks that stand until they are moved. */
export function makeRecorder({ gpu = fixedGpuMonitor(A100), raw = false }: { gpu?: GpuMonitor; raw?: boolean } = {}) {
  const samples: TelemetryEvent[] = []
  const warnings: string[] = []
  const clock = { now: 1000, wall: Date.parse('2026-11-24T12:00:00Z') }
  const telemetry = new SampleRecorder({
    consent: { enabled: true, source: 'config file', detail: '', since: null, problem: null },
    buffer: bufferOver(samples),
    buffer_dir: '/buffer',
    uploader: null,
    gpu,
    owns_gpu: false,
    tenants: new TenantNames({ raw, key: Buffer.alloc(32, 7) }),
    host_id: HOST_ID,
    timing_source: 'client',
    now: () => clock.now,
    wallClock: () => clock.wall,
    newJobId: () => JOB_ID,
    warn: (text) => void warnings.push(text),
  })
  return { telemetry, samples, warnings, clock }
}

function bufferOver(samples: TelemetryEvent[]): SampleBuffer {
  const counts = (): BufferCounts => ({ recorded: samples.length, written: samples.length, pending: 0, dropped: {} })
  return {
    append: (event) => void samples.push(JSON.parse(JSON.stringify(event))),
    sync: async () => {},
    counts,
    close: async () => {},
  }
}
