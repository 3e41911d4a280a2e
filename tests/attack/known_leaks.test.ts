import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnonymizedExport } from '../../contracts/index.ts'
import { createRandom } from '../bench/random.ts'
import { findDifferences } from './attacks/differencing.ts'
import { findLeftOut, findThinMetrics } from './attacks/left_out.ts'
import { findMembers } from './attacks/membership.ts'
import { findThinTails } from './attacks/percentiles.ts'
import { findExactNumbers } from './attacks/precision.ts'
import { findDominated, findFewPairs, findFewWaiting } from './attacks/small_print.ts'
import {
  addCatalog,
  addLines,
  addSkewedMonth,
  addSteadyCell,
  FAILED,
  MONTHS,
  steadyLines,
  task,
} from './support/corpora.ts'
import { groupSamples } from './support/groups.ts'
import { describeIsolations, type Isolation } from './support/isolation.ts'
import { figuresOfAll, type Release, release } from './support/release.ts'

/**
 * Attacks that succeeded once, each on a small corpus that shows it. The attack itself runs before the test, so that an error in it is an
 * error. Of a leak that is still open, "finds nothing" is expected to fail, so that its test turns red once it is closed.
 */

interface Leak {
  name: string
  why: string
  /** Whether the attack still succeeds. */
  open: boolean
  /** Builds what is attacked below an empty data folder and attacks it. */
  attack: (dataDir: string) => Promise<Isolation[]>
}

const SEED = 41
const MONTH = MONTHS[2]
const random = createRandom(SEED)
const tasks = (count: number, changes: Partial<AnonymizedExport> = {}, speed = 80) =>
  Array.from({ length: count }, () => task(random, speed, MONTH, changes))

const LEAKS: Leak[] = [
  {
    name: 'the running month, published anew after each contributor, isolates the last one',
    why: 'the workflow that deploys runs at every merge, and a merge brings one contributor',
    open: false,
    attack: async (dataDir) => {
      const running = '2026-11'
      addSteadyCell(dataDir, SEED, running, 5)
      const before = await release(dataDir)
      addLines(dataDir, 'newcomer', running, steadyLines(random, 12, running))
      return findDifferences(figuresOfAll([before, await release(dataDir)]), 5)
    },
  },
  {
    name: 'an alias that the catalogue gains lets a contributor into a closed month',
    why: 'quarantined lines of a closed month were accepted by the first build that knew their names',
    open: false,
    attack: async (dataDir) => {
      addSteadyCell(dataDir, SEED, MONTH, 5)
      const lines = steadyLines(random, 12, MONTH).map((line) => line.replace('NVIDIA A100-SXM4-80GB', 'A100 renamed'))
      addLines(dataDir, 'newcomer', MONTH, lines)
      const before = await release(dataDir)
      addAlias(dataDir, 'nvidia-a100-sxm4-80gb', 'A100 renamed', '2026-11')
      return findDifferences(figuresOfAll([before, await release(dataDir)]), 5)
    },
  },
  {
    name: 'samples × ok_rate − e2e_tps_n counts the samples of the one contributor left out',
    why: 'a cell counted everyone, its metrics those with 5 samples or more',
    open: false,
    attack: async (dataDir) => {
      addSteadyCell(dataDir, SEED, MONTH, 6)
      addLines(dataDir, 'brief', MONTH, steadyLines(random, 3, MONTH))
      return findLeftOut((await release(dataDir)).publication)
    },
  },
  {
    name: 'p5 and p95 are the values of one or two contributors where speeds differ',
    why: 'percentiles come from fine buckets, only bins from merged ones',
    open: false,
    attack: async (dataDir) => {
      for (const index of MONTHS.keys()) addSkewedMonth(dataDir, SEED, index)
      return judge(await release(dataDir), findThinTails)
    },
  },
  {
    name: 'a metric of a published cell rests on fewer samples than a cell must have',
    why: 'the least number of samples holds for attempts; for a metric, k contributors of 5 samples are enough',
    open: false,
    attack: async (dataDir) => {
      for (let i = 0; i < 5; i++) addLines(dataDir, `person-${i}`, MONTH, [...tasks(5), ...tasks(1, FAILED)])
      return findThinMetrics((await release(dataDir)).publication)
    },
  },
  {
    name: 'the accepted lines of the manifest name the contributors behind a cell',
    why: 'the manifest has the exact lines of each contributor, a cell had its exact count below 100',
    open: false,
    attack: async (dataDir) => {
      for (const [i, count] of [7, 11, 13, 17, 23].entries()) addLines(dataDir, `person-${i}`, MONTH, tasks(count))
      for (const [i, count] of [29, 31, 37].entries())
        addLines(dataDir, `other-${i}`, MONTH, steadyLines(random, count, MONTH))
      return findMembers((await release(dataDir)).publication)
    },
  },
  {
    name: 'a regression rests on fewer pairs than contributors that a cell must have',
    why: 'six pairs are enough for a regression, also where the policy sets k to 8',
    open: false,
    attack: async (dataDir) => {
      const policy = { k: 8, min_samples: 30, bin_contributors: 3, bin_samples: 10, closed_through: 202610 }
      writeFileSync(join(dataDir, 'policy.json'), JSON.stringify(policy))
      addRegression(dataDir, 8, 6)
      return findFewPairs((await release(dataDir)).publication)
    },
  },
  {
    name: 'the effect of a regression has every digit of the one or two contributors that it is made of',
    why: 'a Hodges–Lehmann estimate is the mean of two differences, and it is not rounded',
    open: false,
    attack: async (dataDir) => {
      addRegression(dataDir, 8, 8)
      return findExactNumbers((await releaseRegression(dataDir)).publication)
    },
  },
  {
    name: 'the samples that are collecting are those of a single contributor',
    why: 'two significant digits are all digits of a small count',
    open: false,
    attack: async (dataDir) => {
      addSteadyCell(dataDir, SEED, MONTH, 5)
      addLines(dataDir, 'first', MONTH, tasks(17))
      return judge(await release(dataDir), findFewWaiting)
    },
  },
  {
    name: 'the rates of a cell are those of the contributor who has nine tenths of its samples',
    why: 'metrics weigh contributors alike, rates weigh samples',
    open: false,
    attack: async (dataDir) => {
      addLines(dataDir, 'heavy', MONTH, [...tasks(150), ...tasks(50, FAILED)])
      for (let i = 0; i < 4; i++) addLines(dataDir, `light-${i}`, MONTH, tasks(5))
      return judge(await release(dataDir), findDominated)
    },
  },
]

describe.each(LEAKS)('$name', ({ why, open, attack }) => {
  let root: string
  let found: Isolation[]

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'leak-'))
    addCatalog(join(root, 'data'))
    found = await attack(join(root, 'data'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const check = open ? test.fails : test
  check(open ? `because ${why}` : `no longer, though it did because ${why}`, () => {
    expect(describeIsolations(found)).toEqual([])
  })
})

type Attack = (publication: Release['publication'], atoms: ReturnType<typeof groupSamples>) => Isolation[]
const judge = ({ publication, samples }: Release, attack: Attack) => attack(publication, groupSamples(samples))

function addAlias(dataDir: string, id: string, alias: string, since: string): void {
  const path = join(dataDir, 'catalog', 'gpus.json')
  const catalog = JSON.parse(readFileSync(path, 'utf8'))
  const entry = catalog.gpus.find((gpu: { id: string }) => gpu.id === id)
  entry.aliases.push(alias)
  entry.names_since = { [alias]: since }
  writeFileSync(path, JSON.stringify(catalog))
}

/** `people` contributors with a host each on each of two versions, `both` of them on both, the later version a tenth slower. */
function addRegression(dataDir: string, people: number, both: number): void {
  for (let i = 0; i < 2 * people - both; i++) {
    const speed = 80 * random.lognormal(1, 0.05)
    const host_id = String(i).padStart(16, '0')
    const lines = [
      ...(i < people ? tasks(30, { host_id, engine_version: '0.10.2' }, speed) : []),
      ...(i >= people - both ? tasks(30, { host_id, engine_version: '0.11.0' }, speed * 0.9) : []),
    ]
    addLines(dataDir, `person-${i}`, MONTH, lines)
  }
}

async function releaseRegression(dataDir: string): Promise<Release> {
  const out = await release(dataDir)
  if (out.publication.regressions.length !== 1)
    throw new Error(`expected one regression, found ${out.publication.regressions.length} (seed ${SEED})`)
  return out
}
