import { afterEach, expect, test } from 'vitest'
import { fixedGpuMonitor } from '../../../telemetry/gpu/fixed_monitor.ts'
import type { GpuMonitor } from '../../../telemetry/gpu/types.ts'
import { type EngineDouble, startEngineDouble } from '../../support/engine_doubles/index.ts'
import { A100 } from '../support/recorder.ts'
import { type GatewaySetup, runGateway, type TestGateway } from './support/run_gateway.ts'
import { send } from './support/send.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** Runs one task on an engine that is reached by its loopback address, and says where that is. */
async function runTask(gpu: object, isHere: boolean, setup: Partial<GatewaySetup> = {}) {
  const double: EngineDouble = await startEngineDouble('vllm', { ttft_ms: 1, tpot_ms: 1, tokens: 2 })
  stops.push(() => double.close())
  const upstream = [{ url: double.url, ...gpu }]
  const gateway: TestGateway = await runGateway({
    upstream,
    isThisHost: async () => isHere,
    gpu: fixedGpuMonitor(A100),
    ...setup,
  })
  stops.push(() => gateway.close())
  const ask = () => send(gateway.url, '/v1/chat/completions', { model: 'Qwen/Qwen3-8B', messages: [] })
  await ask()
  await ask()
  const [sample] = await gateway.collect(2)
  const { body } = await send(gateway.admin_url!, '/metrics', null)
  const counted = body.split('\n').filter((line) => line.startsWith('orch_gpus{'))
  return { sample: sample!, told: gateway.log.filter((line) => /gpu_name/.test(line)), counted }
}

const H100 = { name: 'NVIDIA H100 80GB HBM3', count: 2, vram_total_mb: 163_118 }

test('an engine on this host has the GPUs of the host, or its part of them', async () => {
  const { sample, told, counted } = await runTask({}, true)
  expect(sample).toMatchObject({ gpu_name: A100.gpu_name, gpu_count: 2, vram_total_mb: 81_920 })
  expect(sample).toHaveProperty('host_id')
  expect(told).toEqual([])
  expect(counted).toEqual([`orch_gpus{upstream="0",gpu_name="${A100.gpu_name}",vram_total_mb="81920"} 2`])
  const part = await runTask({ gpu: { count: 1 } }, true)
  expect(part.sample).toMatchObject({ gpu_name: A100.gpu_name, gpu_count: 1, vram_total_mb: 40_960 })
})

test('an engine on another host has no GPU of this one, which is told once', async () => {
  const { sample, told, counted } = await runTask({}, false, { health_interval_s: 0.01 })
  expect(counted).toEqual([])
  expect(sample).toMatchObject({ gpu_name: 'unknown', vram_total_mb: null, vram_used_mb_peak: null })
  expect(sample).not.toHaveProperty('gpu_count')
  expect(sample).not.toHaveProperty('driver_version')
  expect(sample).not.toHaveProperty('host_id')
  expect(told).toEqual([
    expect.stringMatching(
      /^upstream 0 \(http:\/\/127.0.0.1:\d+\) is not on this host: its samples have gpu_name "unknown"/,
    ),
  ])
})

test('an engine on another host has the GPU that its settings say', async () => {
  const { sample, told, counted } = await runTask({ gpu: H100 }, false)
  expect(sample).toMatchObject({ gpu_name: H100.name, gpu_count: 2, vram_total_mb: 163_118, vram_used_mb_peak: null })
  expect(counted).toEqual([`orch_gpus{upstream="0",gpu_name="${H100.name}",vram_total_mb="163118"} 2`])
  expect(told).toEqual([])
})

test('gpu_count means the same as gpu.count', async () => {
  const { sample } = await runTask({ gpu_count: 4, gpu: { name: H100.name } }, false)
  expect(sample).toMatchObject({ gpu_name: H100.name, gpu_count: 4 })
})

test('devices say that the engine uses this host, wherever its address leads, and their memory is read', async () => {
  const chosen: object[] = []
  const gpu: GpuMonitor = {
    facts: () => A100,
    openWindow: () => ({ close: () => 999 }),
    select: (choice) => {
      chosen.push(choice)
      return { facts: () => ({ ...A100, gpu_count: 1 }), openWindow: () => ({ close: () => 17 }) }
    },
    close: async () => {},
  }
  const { sample } = await runTask({ gpu: { devices: [1] } }, false, { gpu })
  expect(chosen).toContainEqual({ devices: [1] })
  expect(sample).toMatchObject({ gpu_name: A100.gpu_name, gpu_count: 1, vram_used_mb_peak: 17 })
})
