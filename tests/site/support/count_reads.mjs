import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Loaded before a build: counts how often each Arrow file is read as a whole, and writes the counts to the file that COUNT_READS names. */
const counts = {}
const { readFileSync } = fs
fs.readFileSync = (path, ...rest) => {
  if (String(path).endsWith('.arrow')) {
    const name = String(path).split('/').at(-1)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return readFileSync(path, ...rest)
}
syncBuiltinESMExports()
process.on('exit', () => {
  if (Object.keys(counts).length > 0) fs.writeFileSync(process.env.COUNT_READS, JSON.stringify(counts))
})
