import type { Random } from '../../../bench/random.ts'

/** What goes wrong; where it lasts, for so many seconds. */
export type Trouble =
  | { kind: 'gateway killed'; host: number }
  | { kind: 'receiver killed' }
  | { kind: 'network cut' | 'disk full'; seconds: number }
  | { kind: 'token expired' | 'token revoked'; host: number; seconds: number }

/** Seconds between two rounds of troubles, at least. */
const ROUND_S = 15

/** What goes wrong in so many seconds, and when: everything at least once, one thing after the other, in rounds. */
export function planTroubles(seconds: number, hosts: number, random: Random): { at: number; trouble: Trouble }[] {
  const rounds = Math.max(1, Math.floor(seconds / ROUND_S))
  const length = seconds / rounds
  return Array.from({ length: rounds }, (_, round) => {
    const [first, second, third] = pickThree(hosts, random)
    const lasting = 0.15 * length
    const troubles: Trouble[] = [
      { kind: 'token expired', host: first, seconds: 2 * lasting },
      { kind: 'gateway killed', host: third },
      { kind: 'receiver killed' },
      { kind: 'token revoked', host: second, seconds: lasting },
      { kind: 'network cut', seconds: lasting },
      { kind: 'disk full', seconds: lasting },
    ]
    const at = (i: number) => length * (round + 0.1 + (0.7 * i) / troubles.length)
    return troubles.map((trouble, i) => ({ at: at(i), trouble }))
  }).flat()
}

function pickThree(hosts: number, random: Random): [number, number, number] {
  const first = random.int(hosts)
  return [first, (first + 1) % hosts, (first + 2) % hosts]
}
