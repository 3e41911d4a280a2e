#!/usr/bin/env node
// Plain JavaScript that every Node can parse. The published package holds compiled code; in the repository, where there is none,
// the TypeScript runs as it stands, which needs a Node that strips types.
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

// A gateway and a collector keep nothing of what passes, and their hosts want the memory for models. Left alone, V8 doubles the space
// for young objects as long as traffic lasts, up to 128 MB, and lets that for old ones double before it collects there. The gateway's
// threads wait for each other where one alone would be done sooner, and the C library keeps what every thread has freed.
if (process.argv[2] === 'serve') limitMemory()
if (process.argv[2] === 'collect') setFlagsFromString('--semi-space-growth-factor=1 --heap-growing-percent=20')

const compiled = new URL('../dist/orch/telemetry/cli/main.js', import.meta.url)
const source = new URL('../telemetry/cli/main.ts', import.meta.url)
const [major, minor] = process.versions.node.split('.').map(Number)
const stripsTypes = major > 22 || (major === 22 && minor >= 18)

// In the repository the sources win: what was compiled last may be old.
if (existsSync(source) && stripsTypes) {
  const { runProcess } = await import(source.href)
  await runProcess()
} else if (existsSync(compiled)) {
  const { runProcess } = await import(compiled.href)
  await runProcess()
} else {
  console.error(
    `orch: expected Node 22.18 or newer to run from the repository, found ${process.versions.node}. Run: npm run orch -- …`,
  )
  process.exitCode = 1
}

/** Two of these limits are fixed when a process starts: it starts again in its own place. Where Node cannot, the space stays small. */
function limitMemory() {
  setFlagsFromString('--heap-growing-percent=20 --no-parallel-scavenge')
  const young = '--max-semi-space-size='
  if (process.execArgv.some((option) => option.startsWith(young))) return
  if (process.execve === undefined || process.platform === 'win32') {
    setFlagsFromString('--semi-space-growth-factor=1')
    return
  }
  const args = [process.execPath, `${young}2`, ...process.execArgv, ...process.argv.slice(1)]
  process.execve(process.execPath, args, { MALLOC_ARENA_MAX: '1', ...process.env })
}
