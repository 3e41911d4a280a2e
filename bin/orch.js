#!/usr/bin/env node
// Plain JavaScript that every Node can parse: in the repository it runs the TypeScript as it stands, which needs a Node that
// strips types; the published package will hold compiled code.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `orch: expected Node 22.18 or newer to run from the repository, found ${process.versions.node}. Run: npm run orch -- …`,
  )
  process.exitCode = 1
} else {
  const { runProcess } = await import('../telemetry/cli/main.ts')
  runProcess()
}
