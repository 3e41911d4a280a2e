/** What a raw name of a GPU says. */
export interface GpuReference {
  /** The words of the product in order, without makers, marks and what drivers add, joined by hyphens. */
  key: string
  /** Memory of one board in GB, if the name says it. */
  memory_gb: number | null
  /** Whether it is a part of a GPU, or one that a host lends to a guest: no figure of the whole says anything about it. */
  is_part: boolean
}

/** Drivers that run on another: the real name stands in brackets. */
const WRAPPERS =
  /^(?:D3D12|Microsoft Direct3D12|Dozen|ANGLE|Metal|Vulkan\d*|CUDA\d*|ROCm\d*|HIP\d*|SYCL\d*)\s*[:(]\s*(.+?)\)?$/i
/** `(RADV GFX1151)`, `(NVIDIA)`, `(MoltenVK)`, `(gfx942:sramecc+:xnack-)`, `(BMG G21)`: the driver or the chip, not the product. */
const DRIVER =
  /\s*\((?![^)]*\b(?:\d+\s*GB|\d+[ -](?:gpu )?cores?|laptop|max-q|mobile|sff|sxm|pcie|oam|power-capped)\b)[^()]*\)/gi
const PART = /\bMIG\b|\bvGPU\b|\bGRID\b|\bvirtio\b|\bVenus\b|\bvirgl\b|\bparavirtual\b|-\d{1,3}[QCBA]$/i
/** What OpenGL adds: `NVIDIA GeForce RTX 4090/PCIe/SSE2`. */
const OPENGL = /\/PCIe(?:\/SSE2)?$/i
const MARKS = /\((?:R|TM|C)\)|[®™©]/gi
/** Makers and lines that some spellings leave out, and words that say nothing. */
const NOISE = new Set(
  'nvidia geforce amd ati radeon instinct tesla quadro intel corporation advanced micro devices inc graphics gpu series generation accelerator accelerated data center card with design habana labs huawei qualcomm gb hbm2 hbm2e hbm3 hbm3e'.split(
    ' ',
  ),
)
const MEMORY = /(?<![A-Za-z0-9.])(\d{1,3})\s*-?\s*(?:GB|GiB|G)\b/i

/** Reads the name of a GPU in the spelling of NVML, CUDA, Vulkan, ROCm, SYCL, Metal, WSL or of people. */
export function readGpuName(raw: string): GpuReference {
  const text = raw.trim().replace(WRAPPERS, '$1').replace(OPENGL, '')
  const memory = MEMORY.exec(text.replaceAll(/[-_]/g, ' '))?.[1]
  const plain = text.replace(MARKS, ' ').replace(DRIVER, ' ')
  return { key: gpuKey(plain), memory_gb: memory === undefined ? null : Number(memory), is_part: PART.test(text) }
}

function gpuKey(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[-_()/,.:]+/g, ' ')
      .replaceAll(/(?<![a-z0-9])\d{1,3}\s*(?:gb|gib|g)(?![a-z0-9])/g, ' ')
      .replaceAll(/\b(rtx|gtx|rx|arc|gt)(?=\d)/g, '$1 ')
      .replaceAll(/(?<=\d)(ti|super|xtx|xt|gre)\b/g, ' $1')
      .replaceAll(/(?<=\d)ada\b/g, ' ada')
      .replaceAll(/\bsxm\d\b/g, 'sxm')
      // Later cards bear the same numbers without the line's name.
      .replaceAll(/\bquadro rtx\b/g, 'quadrortx')
      // The module that all of them are, and a guest's whole one.
      .replaceAll(/\b(mi3\d\dx) (?:oam|vf)\b/g, '$1')
      .replaceAll(/\bcores\b/g, 'core')
      .replaceAll(/\bmax q\b/g, 'maxq')
      .replaceAll(/\b(?:notebook|mobile)\b/g, 'laptop')
      // Mesa's name of laptop parts of which the driver's no longer tells Max-Q apart.
      .replaceAll(/\b(rtx [345]0\d0(?: ti)?) maxq +laptop\b/g, '$1 laptop')
      .split(/\s+/)
      .filter((word) => word !== '' && !NOISE.has(word))
      .join('-')
  )
}
