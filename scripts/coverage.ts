import './check_node.mjs'
import { parseArgs } from 'node:util'
import { formatCoverage, measureCoverage } from './featured/measure.ts'
import { readCatalogue, readCuratedRows } from './featured/read.ts'

const HELP = `
Usage: npm run coverage -- [--data DIR]

Prints how many figures the curated rows give for each GPU and model of data/catalog/featured.json. A figure is a weight format on a
number of GPUs with an engine at a load; · means none.

  --data DIR  data folder (default: data)
  --help      this text
`

try {
  const { values } = parseArgs({ options: { data: { type: 'string', default: 'data' }, help: { type: 'boolean' } } })
  process.stdout.write(values.help ? HELP.trimStart() : coverageOf(values.data))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP.trimStart()}`)
  process.exitCode = 2
}

function coverageOf(data: string): string {
  const { featured, names } = readCatalogue(data)
  return formatCoverage(measureCoverage(readCuratedRows(data), names, featured))
}
