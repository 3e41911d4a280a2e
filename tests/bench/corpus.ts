import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportLine, generateCorpus } from './generate.ts'
import { createRandom } from './random.ts'

/** Lines per file: below the 25 MB that a file may have. */
const LINES_PER_FILE = 50_000
const CONTRIBUTORS = 12
const MONTH = '2026-10'
/** The month after, which is not published yet: see data/policy.json. */
export const CURRENT_MONTH = '2026-11'

/** A generated corpus in a temporary folder. */
export interface Corpus {
  folder: string
  dataDir: string
  paths: string[]
}

/** Generates a corpus, hands it over, and removes it. */
export async function withCorpus(lines: number, use: (corpus: Corpus) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'orch-bench-'))
  try {
    const dataDir = join(folder, 'data')
    const options = { lines, contributors: CONTRIBUTORS, seed: 1, linesPerFile: LINES_PER_FILE, month: MONTH }
    const paths = await generateCorpus(dataDir, options)
    cpSync('data/catalog', join(dataDir, 'catalog'), { recursive: true })
    cpSync('data/policy.json', join(dataDir, 'policy.json'))
    writeFileSync(join(folder, 'paths.json'), JSON.stringify(paths))
    await use({ folder, dataDir, paths })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Adds what one host sends in a month: samples of one GPU, one model and one engine. */
export function addExport(dataDir: string, lines: number, seed: number, month = MONTH): void {
  const random = createRandom(seed)
  const folder = join(dataDir, 'exports', 'contributor-001', month)
  const added: string[] = []
  while (added.length < lines) {
    const line = exportLine(random, 1, month)
    if (line.includes('"llama.cpp"') && line.includes('RTX 3090')) added.push(line)
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `added-${seed}.jsonl`), `${added.join('\n')}\n`)
}
