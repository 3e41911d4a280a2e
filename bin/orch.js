#!/usr/bin/env node
// Plain JavaScript that every Node can parse. The published package holds compiled code; in the repository, where there is none,
// the TypeScript runs as it stands, which needs a Node that strips types.
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

// The space for young objects else doubles as long as traffic lasts, up to 128 MB: fewer collections, which a gateway that keeps
// nothing of what passes does not feel, for memory that its host wants for models. It never shrinks, so this comes first.
if (process.argv[2] === 'serve') setFlagsFromString('--semi-space-growth-factor=1')

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
