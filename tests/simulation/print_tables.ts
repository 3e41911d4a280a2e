import {
  COMPARED,
  ESTIMATORS,
  type Estimate,
  type EstimatesRow,
  type SimulationResults,
} from '../../site/data/simulation.ts'

/** The results as Markdown tables; rates and biases in %, each with its Monte-Carlo standard error. */
export function printTables(results: SimulationResults): string {
  const { bias, coverage, estimates, regressions, disturbed, repetitions } = results
  const [honest, lied] = [estimates.filter(({ lie }) => lie === 'none'), estimates.filter(({ lie }) => lie !== 'none')]
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
    `Honest cells: coverage, width, bias and lost figures, ${repetitions.estimates} repetitions`,
    comparison(honest, ({ coverage, width, bias }) =>
      [coverage && withError(coverage), width && `width ${percent(width)}`, bias && `bias ${withError(bias)}`].filter(
        Boolean,
      ),
    ),
    `Cells with liars: bias and lost figures, ${repetitions.estimates_lies} repetitions`,
    comparison(lied, ({ bias }) => [bias ? withError(bias) : '–']),
    `Tests flagged as regressions, ${repetitions.steps} version steps`,
    table(
      ['effect', 'pairs', 'suspected', 'confirmed', 'unpaired'],
      regressions.map((row) => [
        percent(row.effect),
        String(row.pairs),
        ...[row.suspected, row.confirmed, row.unpaired].map(withError),
      ]),
    ),
    `Tests flagged as regressions where some lie or all drift, ${repetitions.disturbed_steps} version steps`,
    table(
      ['effect', 'liars', 'lie', 'shared drift', 'pairs', 'signed rank alone', 'suspected', 'confirmed'],
      disturbed.map((row) => [
        percent(row.effect),
        percent(row.liars_share),
        `x${row.lie_factor}`,
        percent(row.shared_drift_sd),
        String(row.pairs),
        ...[row.signed_rank, row.suspected, row.confirmed].map(withError),
      ]),
    ),
  ].join('\n\n')
}

type Compared = EstimatesRow['estimators'][keyof EstimatesRow['estimators']]

function comparison(rows: EstimatesRow[], cell: (figures: Compared) => unknown[]): string {
  return table(
    ['hardware', 'lie', 'liars', ...COMPARED],
    rows.map(({ hardware, lie, liars, contributors, estimators }) => [
      hardware,
      lie,
      `${liars} of ${contributors}`,
      ...COMPARED.map((name) => {
        const figures = estimators[name]
        return [...cell(figures), ...(figures.lost > 0 ? [`lost ${percent(figures.lost)}`] : [])].join(', ')
      }),
    ]),
  )
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
