import type { CellRow, WithdrawnCell } from '../../../contracts/index.ts'
import { LEAST_SAMPLES } from './kept.ts'
import type { Publication } from './publication.ts'
import type { Sample, SetUp } from './samples.ts'

/** Samples of one contributor and one file that no published table tells apart. */
export interface Atom {
  /** Equal in every release that holds the same file. */
  id: string
  contributor: string
  setUp: SetUp
  samples: Sample[]
}

/** A published number of samples and the samples that it counts. */
export interface Figure {
  name: string
  /** Figures of one family do not overlap. */
  family: string
  /** As published, rounded. */
  samples: number
  atoms: Atom[]
  /** Who has samples enough for a say, in one of the cells. */
  standing?: Set<string>
}

/** Groups samples into atoms. */
export function groupSamples(samples: Sample[]): Atom[] {
  const groups = Map.groupBy(samples, ({ path, setUp }) => `${path}|${Object.values(setUp).join('|')}`)
  return [...groups].map(([id, group]) => ({
    id,
    contributor: group[0]!.contributor,
    setUp: group[0]!.setUp,
    samples: group,
  }))
}

/** Contributors behind atoms. */
export function contributorsOf(atoms: Iterable<Atom>): Set<string> {
  return new Set([...atoms].map(({ contributor }) => contributor))
}

/** Samples in atoms. */
export function countSamples(atoms: Iterable<Atom>): number {
  return [...atoms].reduce((sum, { samples }) => sum + samples.length, 0)
}

/** Contributors with samples enough for a say among atoms of a cell. */
export function standingOf(atoms: Atom[]): Set<string> {
  const own = Map.groupBy(atoms, ({ contributor }) => contributor)
  return new Set([...own].filter(([, parts]) => countSamples(parts) >= LEAST_SAMPLES).map(([name]) => name))
}

type Key = Pick<SetUp, 'model_id' | 'quantization' | 'gpu_id' | 'gpu_count' | 'measurement_type' | 'month'>
const keyOf = (row: Key, engine: string, version: string, backend: string, load: string, bucket: string): string =>
  [
    row.model_id,
    row.quantization,
    row.gpu_id,
    row.gpu_count,
    row.measurement_type,
    row.month,
    engine,
    version,
    backend,
    load,
    bucket,
  ].join('|')

/** The ways in which a set-up is generalised, finest first. */
function generalisations(s: SetUp): string[] {
  const anyLoad = s.measurement_type === 'single_stream' ? '1' : 'any'
  return [
    keyOf(s, s.engine, s.engine_version, s.engine_backend, s.concurrency_bucket, s.prompt_bucket),
    keyOf(s, s.engine, s.engine_version, s.engine_backend, s.concurrency_bucket, 'any'),
    keyOf(s, s.engine, s.engine_version, s.engine_backend, anyLoad, 'any'),
    keyOf(s, s.engine, 'any', s.engine_backend, anyLoad, 'any'),
    keyOf(s, s.engine, 'any', 'any', anyLoad, 'any'),
    keyOf(s, 'any', 'any', 'any', anyLoad, 'any'),
  ]
}

/**
 * The samples behind each cell, as an attacker reads a partition who knows every set-up in use: a sample lies in the finest published cell
 * that fits it, and `any` means what the finer cells leave over. What lay in a withdrawn cell lies in none.
 */
export function readPartition(cells: CellRow[], atoms: Atom[], withdrawn: WithdrawnCell[] = []): Map<string, Atom[]> {
  const name = (c: WithdrawnCell) =>
    keyOf(c, c.engine, c.engine_version, c.engine_backend, c.concurrency_bucket, c.prompt_bucket)
  const byKey = new Map(cells.map((cell) => [name(cell), cell.cell_id]))
  for (const cell of withdrawn) byKey.set(name(cell), '')
  const groups = new Map<string, Atom[]>(cells.map(({ cell_id }) => [cell_id, []]))
  for (const atom of atoms) {
    const key = generalisations(atom.setUp).find((candidate) => byKey.has(candidate))
    if (key !== undefined) groups.get(byKey.get(key)!)?.push(atom)
  }
  return groups
}

/** The published counts of a release, cells and matrix rows, with the samples that they count. */
export function figuresOf({ cells, matrix }: Publication, atoms: Atom[], withdrawn: WithdrawnCell[] = []): Figure[] {
  const groups = readPartition(cells, atoms, withdrawn)
  const standing = new Map([...groups].map(([id, own]) => [id, standingOf(own)]))
  const rows = matrix.map(({ matrix_id: id, samples }) => ({
    name: `matrix ${id}`,
    family: 'matrix',
    samples,
    atoms: cells.filter(({ matrix_id }) => matrix_id === id).flatMap(({ cell_id }) => groups.get(cell_id)!),
    standing: new Set(
      cells.filter(({ matrix_id }) => matrix_id === id).flatMap(({ cell_id }) => [...standing.get(cell_id)!]),
    ),
  }))
  const parts = cells.map(({ cell_id: id, samples }) => ({
    name: `cell ${id}`,
    family: 'cells',
    samples,
    atoms: groups.get(id)!,
    standing: standing.get(id)!,
  }))
  return [...rows, ...parts]
}
