import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../data/folder.ts'

/** The files of the engine that are served: with WebAssembly exceptions (`eh`), and without for older browsers (`mvp`). */
export const DUCKDB_FILES = {
  ehModule: 'duckdb-eh.wasm',
  ehWorker: 'duckdb-browser-eh.worker.js',
  mvpModule: 'duckdb-mvp.wasm',
  mvpWorker: 'duckdb-browser-mvp.worker.js',
} as const

/** The folder of these files in the installed package. */
export function duckdbFolder(): string {
  return join(projectRoot(), 'node_modules/@duckdb/duckdb-wasm/dist')
}

/** The folder under the site's root. Its name has the version, so that it can be cached forever. */
export function duckdbPublicPath(): string {
  const { version } = JSON.parse(readFileSync(join(duckdbFolder(), '../package.json'), 'utf8')) as { version: string }
  return `duckdb/${version}`
}

/** Size of an engine file in bytes, before compression. */
export function duckdbFileSize(name: string): number {
  return statSync(join(duckdbFolder(), name)).size
}
