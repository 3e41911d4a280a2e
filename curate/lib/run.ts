import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchmarkRun, Source } from '../../contracts/index.ts'
import { parseCurateArgs } from './args.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'
import { ConversionLog, type FlawText } from './conversion_log.ts'
import { writeJson, writeJsonl } from './files.ts'

/** The source.json of a source, before its rows are counted. */
export type About = Omit<Source, 'flaws' | 'rows'>

/** A converter of one source. */
export interface Converter {
  about: About
  /** Known flaws by the key under which they are counted. */
  flaws: Record<string, FlawText>
  /** Reads the raw folder and returns the rows by file name (`….jsonl`), in a fixed order. */
  convert: (raw: string, catalogue: Catalogue, log: ConversionLog) => Record<string, BenchmarkRun[]>
}

/** The output of a converter: the rows by file name and the source.json. */
export interface Conversion {
  files: Record<string, BenchmarkRun[]>
  source: Source
}

/** Converts a raw folder. Every dropped row is reported through `report`. Throws if a row has a measurement type that the source does not declare. */
export function convertSource(
  { about, flaws, convert }: Converter,
  raw: string,
  catalogue: Catalogue,
  report: (line: string) => void,
): Conversion {
  const log = new ConversionLog(about.id, report)
  const files = convert(raw, catalogue, log)
  const rows = Object.values(files).flat()
  log.countConverted(rows.length)
  const types = new Set(rows.map((row) => row.measurement_type))
  const undeclared = [...types].filter((type) => !about.measurement_types.includes(type))
  if (undeclared.length > 0) throw new Error(`${about.id}: measurement types not declared: ${undeclared.join(', ')}`)
  return { files, source: Source.parse({ ...about, flaws: log.flaws(flaws), rows: log.rows() }) }
}

/** Writes a conversion to `<out>/curated/<source>/`, and removes row files of an earlier conversion. */
export function writeConversion({ files, source }: Conversion, out: string): void {
  const folder = join(out, 'curated', source.id)
  for (const [name, rows] of Object.entries(files)) writeJsonl(join(folder, name), rows)
  writeJson(join(folder, 'source.json'), source)
  const stale = readdirSync(folder).filter((name) => name.endsWith('.jsonl') && files[name] === undefined)
  for (const name of stale) rmSync(join(folder, name))
}

/** The command line of a converter. */
export function runConverter(converter: Converter, help: string): void {
  const { raw, out } = parseCurateArgs(process.argv.slice(2), help)
  const report = (line: string): void => void process.stderr.write(`${line}\n`)
  const conversion = convertSource(converter, raw, loadCatalogue(out), report)
  writeConversion(conversion, out)
  const { read, converted, dropped } = conversion.source.rows
  process.stdout.write(`${converter.about.id}: ${read} rows read, ${converted} converted\n`)
  for (const { reason, rows } of dropped) process.stdout.write(`  ${rows} dropped: ${reason}\n`)
}
