import { DuckDBInstance } from '@duckdb/node-api'
import type { Atom, Figure } from './groups.ts'

/** Counts with every margin over engine, version, prompt size, load and month, each above the thresholds: safe one by one, not together. */
const CUBE = `
SELECT model_id, quantization, gpu_id, gpu_count, measurement_type, concurrency_bucket, engine_backend, engine, engine_version, prompt_bucket, month, sum(n)::INTEGER AS samples
FROM atoms
GROUP BY model_id, quantization, gpu_id, gpu_count, measurement_type, engine_backend, CUBE (engine, engine_version, prompt_bucket, concurrency_bucket, month)
HAVING count(DISTINCT contributor) >= $k AND sum(n) >= $min_samples
ORDER BY ALL`

const KEYS = [
  'model_id',
  'quantization',
  'gpu_id',
  'gpu_count',
  'measurement_type',
  'concurrency_bucket',
  'engine_backend',
  'engine',
  'engine_version',
  'prompt_bucket',
  'month',
] as const
type CubeRow = Record<(typeof KEYS)[number], string | number | null> & { samples: number }

/** The negative control: a publisher that applies the thresholds to each row of the full cube. A null in the row means any. */
export async function publishCube(atoms: Atom[], policy: { k: number; min_samples: number }): Promise<Figure[]> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await database.connect()
  try {
    await connection.run(
      `CREATE TABLE atoms (contributor VARCHAR, n INTEGER, ${KEYS.map((key) => `${key} VARCHAR`).join()})`,
    )
    const appender = await connection.createAppender('atoms')
    for (const { contributor, samples, setUp } of atoms) {
      appender.appendVarchar(contributor)
      appender.appendInteger(samples.length)
      for (const key of KEYS) appender.appendVarchar(String(setUp[key]))
      appender.endRow()
    }
    appender.closeSync()
    const reader = await connection.runAndReadAll(CUBE, { k: policy.k, min_samples: policy.min_samples })
    return (reader.getRowObjectsJS() as unknown as CubeRow[]).map((row) => describe(row, atoms))
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

function describe(row: CubeRow, atoms: Atom[]): Figure {
  return {
    name: KEYS.map((key) => row[key] ?? 'any').join(' '),
    family: KEYS.map((key) => (row[key] === null ? 'any' : key)).join(),
    samples: row.samples,
    atoms: atoms.filter(({ setUp }) => KEYS.every((key) => row[key] === null || String(setUp[key]) === row[key])),
  }
}
