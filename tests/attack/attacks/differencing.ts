import { type Combination, eliminate } from '../support/elimination.ts'
import { type Atom, contributorsOf, countSamples, type Figure } from '../support/groups.ts'
import type { Isolation } from '../support/isolation.ts'

/** Samples that every published figure counts or leaves out together: the most that subtraction can tell apart. */
interface Block {
  atoms: Atom[]
  contributors: Set<string>
}

/** The figures of one connected part of a publication, as sets of block numbers. */
interface System {
  figures: Figure[]
  blocks: Block[]
  rows: Set<number>[]
}

/**
 * Differencing: adds and subtracts published counts of samples, within a release, across roll-ups and across all `figures` of several
 * releases, until only samples of fewer than `k` contributors remain. Three searches: one figure less another that it contains, one less
 * all of a family that it contains, and Gaussian elimination over all figures. A combination that isolates in counts does so in every
 * other additive figure too (rates, masses, weights).
 */
export function findDifferences(figures: Figure[], k: number): Isolation[] {
  return partition(figures).flatMap((system) => {
    const combinations = [...pairs(system), ...families(system), ...eliminations(system)]
    const distinct = new Map(combinations.map((found) => [found.support.toSorted((a, b) => a - b).join(), found]))
    return [...distinct.values()].flatMap((found) => describeIfSmall(system, found, k))
  })
}

function describeIfSmall({ figures, blocks }: System, { support, coefficients }: Combination, k: number): Isolation[] {
  const left = support.map((block) => blocks[block]!)
  const contributors = new Set(left.flatMap((block) => [...block.contributors]))
  if (contributors.size === 0 || contributors.size >= k) return []
  const terms = [...coefficients].sort(([, a], [, b]) => b - a)
  const slack = terms.reduce((sum, [row, c]) => sum + Math.abs(c) * roundingOf(figures[row]!.samples), 0)
  const words = terms.map(
    ([row, c]) => `${c < 0 ? '−' : '+'}${Math.abs(c) === 1 ? '' : Math.abs(c)} [${figures[row]!.name}]`,
  )
  const samples = countSamples(left.flatMap(({ atoms }) => atoms))
  return [
    {
      attack: 'differencing',
      how: `${words.join(' ')} = ${samples} samples ± ${slack}`,
      contributors: contributors.size,
    },
  ]
}

/** How far a count at two significant digits may be from the true one. */
function roundingOf(samples: number): number {
  return samples < 100 ? 0 : 0.5 * 10 ** (String(samples).length - 2)
}

/** Splits figures into parts that share no sample, and samples into blocks. */
function partition(figures: Figure[]): System[] {
  const members = new Map<string, { atom: Atom; rows: number[] }>()
  for (const [row, { atoms }] of figures.entries())
    for (const atom of atoms) {
      const known = members.get(atom.id)
      if (known) known.rows.push(row)
      else members.set(atom.id, { atom, rows: [row] })
    }
  const signatures = Map.groupBy(members.values(), ({ rows }) => rows.join())
  return connect(figures, [...signatures.values()])
}

function connect(figures: Figure[], classes: { atom: Atom; rows: number[] }[][]): System[] {
  const roots = figures.map((_, row) => row)
  const find = (row: number): number => (roots[row] === row ? row : find(roots[row]!))
  for (const [first] of classes) for (const row of first!.rows) roots[find(row)] = find(first!.rows[0]!)
  const parts = Map.groupBy(figures.keys(), find)
  return [...parts].map(([root, rows]) => {
    const own = classes.filter(([first]) => find(first!.rows[0]!) === root)
    const blocks = own.map((group) => {
      const atoms = group.map(({ atom }) => atom)
      return { atoms, contributors: contributorsOf(atoms) }
    })
    const sets = rows.map((row) => new Set(own.flatMap(([first], block) => (first!.rows.includes(row) ? [block] : []))))
    return { figures: rows.map((row) => figures[row]!), blocks, rows: sets }
  })
}

function* pairs({ rows }: System): Generator<Combination> {
  for (const [i, whole] of rows.entries())
    for (const [j, part] of rows.entries())
      if (part.size < whole.size && isWithin(part, whole))
        yield {
          support: [...without(whole, part)],
          coefficients: new Map([
            [i, 1],
            [j, -1],
          ]),
        }
}

function* families({ figures, rows }: System): Generator<Combination> {
  const byFamily = Map.groupBy(rows.keys(), (row) => figures[row]!.family)
  for (const [i, whole] of rows.entries())
    for (const family of byFamily.values()) {
      const parts = family.filter((j) => j !== i && isWithin(rows[j]!, whole))
      const left = parts.reduce((rest, j) => without(rest, rows[j]!), whole)
      if (parts.length > 1 && left.size > 0)
        yield { support: [...left], coefficients: new Map([[i, 1], ...parts.map((j) => [j, -1] as const)]) }
    }
}

function eliminations({ rows, blocks }: System): Combination[] {
  return eliminate(
    rows.map((row) => [...row]),
    blocks.length,
  )
}

function isWithin(part: Set<number>, whole: Set<number>): boolean {
  return [...part].every((block) => whole.has(block))
}

function without(whole: Set<number>, part: Set<number>): Set<number> {
  return new Set([...whole].filter((block) => !part.has(block)))
}
