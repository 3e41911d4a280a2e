import { DatabaseSync } from 'node:sqlite'

/** A test result with the names of its accelerator, model and runtime. */
export interface TestResult {
  id: number
  system_id: number | null
  n_prompt: number
  n_gen: number
  avg_time_ms: number
  power_watts: number | null
  gen_tps: number
  ttft_ms: number
  created_at: string
  accelerator: string
  type: string
  memory_gb: number
  model: string
  quantization: string
  runtime: string
  version: string | null
}

const QUERY = `
  SELECT t.id, b.system_id, t.n_prompt, t.n_gen, t.avg_time_ms, t.power_watts, t.gen_tps, t.ttft_ms, t.created_at,
         a.name AS accelerator, a.type, a.memory_gb, m.name AS model, v.quantization, r.name AS runtime, r.version
  FROM test_results t
  LEFT JOIN benchmark_runs b ON b.id = t.benchmark_run_id
  LEFT JOIN accelerators a ON a.id = b.accelerator_id
  LEFT JOIN model_variants v ON v.id = b.model_variant_id
  LEFT JOIN models m ON m.id = v.model_id
  LEFT JOIN runtimes r ON r.id = b.runtime_id
  ORDER BY t.id
`

/** Reads every test result of a LocalScore database, in the order of their ids. */
export function readTestResults(path: string): TestResult[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(QUERY).all() as unknown as TestResult[]
  } finally {
    database.close()
  }
}
