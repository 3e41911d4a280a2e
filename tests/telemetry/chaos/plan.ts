import { createRandom, type Random } from '../../bench/random.ts'

/** What goes wrong with the disk. */
export const DISKS = ['sound', 'faulty', 'small', 'read-only'] as const
export type Disk = (typeof DISKS)[number]

/** One process of a run. */
export interface LifePlan {
  /** Also the prefix of its sample ids. */
  name: string
  seed: number
  /** A second process on the same folder at the same time. */
  beside: boolean
  /** Milliseconds after its first sample at which it is killed; null lets it close in good order. */
  kill_after_ms: number | null
  /** How long it emits samples, and how many at once at most. */
  emit_ms: number
  burst: number
}

export interface RunPlan {
  seed: number
  disk: Disk
  /** Whether the sink misbehaves, or takes everything. */
  sink: 'sound' | 'bad' | 'stalled'
  fsync_ms: number
  segment_bytes: number
  max_bytes: number
  max_pending: number
  batch_samples: number
  lives: LifePlan[]
}

/** The share of runs in which nobody is killed: there every sample must be accounted for exactly. */
const GENTLE = 0.3

/**
 * All that is random in a run, drawn from its seed. Only the timing of the machine differs between two runs of a plan.
 *
 * @param hurry divides the time that processes live
 */
export function makePlan(seed: number, { hurry = 1 } = {}): RunPlan {
  const random = createRandom(seed)
  const disk = random.pick(['sound', 'sound', 'sound', 'sound', 'faulty', 'faulty', 'small', 'read-only'] as const)
  const small = random.uniform() < 0.4
  const gentle = random.uniform() < GENTLE
  return {
    seed,
    disk,
    sink: random.pick(['sound', 'bad', 'bad', 'bad', 'stalled'] as const),
    fsync_ms: random.pick([0, 50, 100, 500]),
    segment_bytes: random.pick([4096, 8192, 65_536]),
    max_bytes: small ? 32_768 : 33_554_432,
    max_pending: random.pick([50, 20_000]),
    batch_samples: random.pick([1, 7, 20, 100]),
    lives: Array.from({ length: 2 + random.int(3) }, (_, at) => makeLife(random, at, { hurry, gentle })),
  }
}

function makeLife(random: Random, at: number, { hurry, gentle }: { hurry: number; gentle: boolean }): LifePlan {
  const kill_after_ms = random.uniform() < 0.8 ? random.int(1200 / hurry) : null

  return {
    name: `life${at}`,
    seed: random.int(2 ** 31),
    beside: at > 0 && random.uniform() < 0.3,
    kill_after_ms: gentle ? null : kill_after_ms,
    emit_ms: 200 + random.int(1200 / hurry),
    burst: random.pick([1, 5, 60]),
  }
}
