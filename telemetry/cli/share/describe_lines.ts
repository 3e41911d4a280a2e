import {
  type AnonymizedExport,
  type BenchmarkRun,
  claimOfLine,
  describeImplausible,
  describeUnknown,
  findImplausibleClaim,
  judgeLine,
  type NameIndex,
  type Problem,
} from '../../../contracts/index.ts'
import { groupBy } from '../../import/group_by.ts'
import { PRIVATE } from '../../publish/name_policy.ts'
import { formatTable } from '../format.ts'

/** Lines that are to be published: what others will see of them, and what the checks of a pull request would say. */
export interface LinesChecked {
  lines: number
  /** What becomes public, one row for each configuration. */
  table: string[]
  /** Names that stand in no catalogue and become public as they are. */
  unlisted: string[]
  problems: { line: number; problem: Problem }[]
}

/** Checks lines as a pull request's checks do: contract, names, physics. `month` is the current one, YYYY-MM. */
export function checkLines(text: string, names: NameIndex, month: string): LinesChecked {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const checked = lines.map((line) => checkLine(line, names, month))
  const rows = checked.flatMap(({ row }) => (row ? [row] : []))
  return {
    lines: lines.length,
    table: formatRows(rows),
    unlisted: [...new Set(rows.filter(({ listed }) => !listed).map(({ model }) => model))],
    problems: checked.flatMap(({ problems }, at) => problems.map((problem) => ({ line: at + 1, problem }))),
  }
}

interface Row {
  cells: string[]
  model: string
  listed: boolean
}

function checkLine(text: string, names: NameIndex, month: string): { row?: Row; problems: Problem[] } {
  const judgement = judgeLine(/"origin"\s*:/.test(text) ? 'benchmark_run' : 'anonymized_export', text)
  if (judgement.verdict === 'rejected') return { problems: judgement.problems }
  const line = judgement.value as AnonymizedExport | BenchmarkRun
  if (line.model_ref === PRIVATE) {
    const cells = [`${PRIVATE} (withheld)`, line.quantization ?? 'unknown', line.gpu_name, line.engine]
    return { row: { cells, model: PRIVATE, listed: true }, problems: [] }
  }
  const resolution = names.resolve(line)
  if ('unknown' in resolution) return { problems: resolution.unknown.map((unknown) => describeUnknown(unknown, names)) }
  const { known } = resolution
  const untrue = findImplausibleClaim(claimOfLine(line, month), known)
  const { model_ref, engine_version } = line
  const shown = known.listed ? model_ref : `${model_ref} (unlisted)`
  const cells = [shown, known.quantization, known.gpu.name, `${known.engine} ${engine_version}`]
  return {
    row: { cells, model: model_ref, listed: known.listed },
    problems: untrue ? [describeImplausible(untrue)] : [],
  }
}

function formatRows(rows: readonly Row[]): string[] {
  const groups = [...groupBy(rows, ({ cells }) => JSON.stringify(cells)).values()]
  const head = ['model', 'precision', 'GPU', 'engine', 'lines']
  return formatTable(
    head,
    groups.map((group) => [...group[0]!.cells, String(group.length)]),
    [4],
  )
}
