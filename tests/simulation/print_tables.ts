import { ESTIMATORS, type Estimate, type SimulationResults } from '../../site/data/simulation.ts'

/** The results as Markdown tables; rates and biases in %, each with its Monte-Carlo standard error. */
export function printTables({ bias, coverage, regressions, repetitions }: SimulationResults): string {
  return [
    `Bias, ${repetitions.bias} repetitions`,
    table(
      ['attack', 'lie', 'malicious', ...ESTIMATORS],
      bias.map((row) => [
        row.attack,
        `x${row.lie_factor}`,
        percent(row.malicious_share),
        ...ESTIMATORS.map((name) => withError(row.estimators[name])),
      ]),
    ),
    `Coverage of the 95 % interval, ${repetitions.coverage} repetitions`,
    table(
      ['population', 'contributors', 'given', 'clustered', 'width', 'naive'],
      coverage.map((row) => [
        row.population,
        `${row.contributors}${row.published ? '' : ' (not published)'}`,
        percent(row.given_share),
        withError(row.clustered),
        percent(row.relative_width),
        withError(row.naive),
      ]),
    ),
    `Tests flagged as regressions, ${repetitions.steps} version steps`,
    table(
      ['effect', 'pairs', 'suspected', 'confirmed', 'unpaired'],
      regressions.map((row) => [
        percent(row.effect),
        String(row.pairs),
        ...[row.suspected, row.confirmed, row.unpaired].map(withError),
      ]),
    ),
  ].join('\n\n')
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share === 0 || Math.abs(share) >= 1 ? 0 : 1)} %`
}

function withError({ mean, standard_error }: Estimate): string {
  return `${(100 * mean).toFixed(1)} ± ${(100 * standard_error).toFixed(1)}`
}
