/** A seeded source of uniform and normal draws. */
export interface Stream {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Standard normal. */
  normal(): number
}

/**
 * A stream of its own for every key (study, repetition, …), so that the first repetitions of a long run are those of a short one.
 * sfc32 of PractRand (public domain, Chris Doty-Humphrey): its 128 bits of state keep streams apart that together draw 10^8
 * numbers, which the 32 bits of the corpus generator would not.
 */
export function openStream(...key: number[]): Stream {
  const uniform = sfc32(key)
  let spare = Number.NaN
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const kept = spare
      spare = Number.NaN
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform, normal }
}

function sfc32(key: number[]): () => number {
  let [a, b, c] = mixKey(key)
  let counter = 1
  const next = () => {
    const out = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + out
    return (out >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** Three words of state from a key of any length: each word folds every part in by the finaliser of MurmurHash3. */
function mixKey(key: number[]): [number, number, number] {
  const word = (salt: number) => key.reduce((hash, part) => finalise(Math.imul(hash, 31) ^ finalise(part)), salt)
  return [word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)]
}

function finalise(value: number): number {
  let h = (value + 0x7f4a7c15) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
