/** The calls of NVML that are needed here. Sizes in bytes. */
export interface Nvml {
  count(): number
  name(index: number): string
  /** null if the device does not report it (memory shared with the CPU). */
  memory(index: number): { total: number; used: number } | null
  driverVersion(): string
  shutdown(): void
}

/** The part of koffi's interface that is used. */
interface Koffi {
  load(path: string): { func(declaration: string): (...args: unknown[]) => number }
}

const SUCCESS = 0
const TEXT_BYTES = 96
/** nvmlMemory_v2_t: version, total, reserved, free, used. Unlike v1, `used` leaves out what the driver reserves, as nvidia-smi does. */
const MEMORY_V2 = { bytes: 40, version: 40 | (2 << 24), total: 8, used: 32 }
/** nvmlMemory_t: total, free, used. */
const MEMORY_V1 = { bytes: 24, total: 0, used: 16 }

/**
 * Opens the NVIDIA Management Library through koffi.
 * Throws if the library or a device cannot be opened.
 */
export function loadNvml(koffi: unknown, platform: NodeJS.Platform): Nvml {
  const library = ((koffi as { default?: Koffi }).default ?? (koffi as Koffi)).load(
    platform === 'win32' ? 'nvml.dll' : 'libnvidia-ml.so.1',
  )
  const call = (declaration: string) => library.func(declaration)
  check(call('int nvmlInit_v2()')())
  const handles = openDevices(call)
  const readName = call('int nvmlDeviceGetName(void *device, _Out_ uint8_t *name, unsigned int length)')
  const readDriver = call('int nvmlSystemGetDriverVersion(_Out_ uint8_t *version, unsigned int length)')
  const shutdown = call('int nvmlShutdown()')
  return {
    count: () => handles.length,
    name: (index) => readText((text) => readName(handles[index], text, text.length)),
    memory: makeMemoryReader(call, handles),
    driverVersion: () => readText((text) => readDriver(text, text.length)),
    shutdown: () => void shutdown(),
  }
}

type Call = (declaration: string) => (...args: unknown[]) => number

function openDevices(call: Call): unknown[] {
  const readCount = call('int nvmlDeviceGetCount_v2(_Out_ unsigned int *count)')
  const openDevice = call('int nvmlDeviceGetHandleByIndex_v2(unsigned int index, _Out_ void **device)')
  const count: [number] = [0]
  check(readCount(count))
  return Array.from({ length: count[0] }, (_, index) => {
    const handle: [unknown] = [null]
    check(openDevice(index, handle))
    return handle[0]
  })
}

/** Drivers before 510 have only version 1. */
function makeMemoryReader(call: Call, handles: readonly unknown[]): Nvml['memory'] {
  const [form, read] = findMemoryCall(call)
  return (index) => {
    const buffer = Buffer.alloc(form.bytes)
    if ('version' in form) buffer.writeUInt32LE(form.version, 0)
    if (read(handles[index], buffer) !== SUCCESS) return null
    return { total: Number(buffer.readBigUInt64LE(form.total)), used: Number(buffer.readBigUInt64LE(form.used)) }
  }
}

function findMemoryCall(call: Call): [typeof MEMORY_V1 | typeof MEMORY_V2, (...args: unknown[]) => number] {
  try {
    return [MEMORY_V2, call('int nvmlDeviceGetMemoryInfo_v2(void *device, _Inout_ uint8_t *memory)')]
  } catch {
    return [MEMORY_V1, call('int nvmlDeviceGetMemoryInfo(void *device, _Inout_ uint8_t *memory)')]
  }
}

function readText(read: (text: Buffer) => number): string {
  const text = Buffer.alloc(TEXT_BYTES)
  check(read(text))
  return text.toString('utf8', 0, Math.max(0, text.indexOf(0)))
}

function check(code: number): void {
  if (code !== SUCCESS) throw new Error(`NVML answered with code ${code}`)
}
