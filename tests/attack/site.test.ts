import { describe, expect, test } from 'vitest'
import { findBytes } from './attacks/bytes.ts'
import { describeIsolations } from './support/isolation.ts'
import { readFolder } from './support/publication.ts'
import { readSamples } from './support/samples.ts'
import { secretsOf } from './support/secrets.ts'

/**
 * Every byte of a built site: ATTACK_SITE names its folder, ATTACK_DATA the data folder from which it was built
 * (for example `ATTACK_SITE=dist/site ATTACK_DATA=data npx vitest run tests/attack/site.test.ts`).
 */
const { ATTACK_SITE: site, ATTACK_DATA: data } = process.env

describe.runIf(site !== undefined && data !== undefined)('a built site', () => {
  test('has no identifier of a sample, host or tenant in any byte', () => {
    const files = readFolder(site!)
    expect(files.size).toBeGreaterThan(10)
    expect(describeIsolations(findBytes(files, secretsOf(readSamples(data!)).ids))).toEqual([])
  }, 300_000)
})
