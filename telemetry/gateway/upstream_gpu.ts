import type { UpstreamConfig } from '../config/schema.ts'
import { applyGpuConfig } from '../gpu/apply_gpu_config.ts'
import { fixedGpuView, NO_GPU_FACTS } from '../gpu/fixed_monitor.ts'
import { isThisHost } from '../gpu/is_this_host.ts'
import type { GpuFacts, GpuMonitor, GpuView, VramWindow } from '../gpu/types.ts'

/** The dependencies of an upstream's GPUs. */
export interface UpstreamGpuDeps {
  monitor: GpuMonitor
  /** Whether samples are recorded: only then the operator has to know. */
  isRecording: () => boolean
  /** Tells, once, that the GPU of an engine on another host is not known. */
  tell: (text: string) => void
  isThisHost?: (url: string) => Promise<boolean>
}

/**
 * The GPUs of an upstream: those of this host only if the engine runs here, else what its settings say. An engine for which
 * `gpu.devices` is set runs here, wherever its URL leads: a container may have an address of its own.
 */
export class UpstreamGpu implements GpuView {
  readonly #config: UpstreamConfig
  readonly #deps: UpstreamGpuDeps
  readonly #here: GpuView
  readonly #elsewhere: GpuView
  #isHere: boolean
  #told = false

  constructor(config: UpstreamConfig, deps: UpstreamGpuDeps) {
    const choice = { ...config.gpu, count: config.gpu.count ?? config.gpu_count }
    this.#config = config
    this.#deps = deps
    this.#here = deps.monitor.select(choice)
    this.#elsewhere = fixedGpuView(applyGpuConfig(NO_GPU_FACTS, choice))
    this.#isHere = config.gpu.devices !== undefined
  }

  get elsewhere(): boolean {
    return !this.#isHere
  }

  facts(): GpuFacts {
    return this.#view().facts()
  }

  openWindow(): VramWindow {
    return this.#view().openWindow()
  }

  /**
   * Finds out where the engine runs; called again at times, because a name may come to have another address.
   *
   * @param forwards whether the upstream is known to be no engine but to send tasks on to hosts that it does not name
   */
  async locate(forwards: boolean): Promise<void> {
    const { url, gpu } = this.#config
    if (gpu.devices !== undefined) return
    this.#isHere = !forwards && (await (this.#deps.isThisHost ?? isThisHost)(url))
    if (
      this.#isHere ||
      this.#told ||
      !this.#deps.isRecording() ||
      this.#elsewhere.facts().gpu_name !== NO_GPU_FACTS.gpu_name
    )
      return
    this.#told = true
    const why = forwards ? 'sends tasks on to engines that it does not name' : 'is not on this host'
    this.#deps.tell(`${why}: ${ADVICE}`)
  }

  #view(): GpuView {
    return this.#isHere ? this.#here : this.#elsewhere
  }
}

const ADVICE =
  'its samples have gpu_name "unknown" until its [[upstream]] says gpu = { name = "…", count = 1, vram_total_mb = … }, or, if it uses GPUs of this host, gpu = { devices = [0] }'
