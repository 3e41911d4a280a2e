import { expect, test } from 'vitest'
import { explainNodeVersion } from '../../scripts/check_node.mjs'

test('an old Node is told what to do', () => {
  for (const version of ['v18.0.0', 'v20.19.2', 'v22.18.0']) {
    expect(explainNodeVersion(version)).toContain(`Node ${version}: expected Node 24 or newer.`)
    expect(explainNodeVersion(version)).toContain('npm ci')
  }
})

test('the pinned Node and later ones pass', () => {
  for (const version of ['v24.0.0', 'v24.21.0', 'v25.1.0', process.version])
    expect(explainNodeVersion(version)).toBeNull()
})
