import './check_node.mjs'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Contributors that a published figure needs at least, whatever the policy says. */
const CONTRIBUTOR_FLOOR = 3

interface ManifestHead {
  audience?: unknown
  policy?: { k?: unknown; bin_contributors?: unknown }
  files?: { name: string; sha256: string }[]
}

/**
 * Refuses a build that is not meant for publication: one that is private or has thresholds below the floor, or whose tables are not those
 * that the manifest lists.
 *
 * @param path manifest.json of the build, beside the tables
 * @returns the problem, or null where the build may be deployed
 */
export function checkAudience(path: string): string | null {
  try {
    const manifest = (JSON.parse(readFileSync(path, 'utf8')) ?? {}) as ManifestHead
    return checkHead(path, manifest) ?? checkTables(path, manifest.files ?? [])
  } catch (error) {
    return refuse(path, 'a manifest', (error as Error).message, 'Run npm run build')
  }
}

function checkHead(path: string, { audience, policy }: ManifestHead): string | null {
  if (audience !== 'public')
    return refuse(path, '"audience": "public"', JSON.stringify(audience ?? null), 'Build without --audience private')
  for (const key of ['k', 'bin_contributors'] as const) {
    const value = policy?.[key] ?? null
    if (typeof value !== 'number' || value < CONTRIBUTOR_FLOOR)
      return refuse(
        path,
        `$.policy.${key} to be ${CONTRIBUTOR_FLOOR} or more`,
        JSON.stringify(value),
        'Mend data/policy.json',
      )
  }
  return null
}

/** Tables left over from another build, or changed since, are not what the manifest vouches for. */
function checkTables(path: string, files: NonNullable<ManifestHead['files']>): string | null {
  const listed = new Map(files.map(({ name, sha256 }) => [name, sha256]))
  const tables = globSync('**/*.arrow', { cwd: dirname(path) }).sort()
  const stray = tables.find((name) => hashOf(join(dirname(path), name)) !== listed.get(name.replaceAll('\\', '/')))
  if (stray === undefined) return null
  return refuse(path, 'only tables that it lists, with their hashes', JSON.stringify(stray), 'Build again from clean')
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function refuse(path: string, expected: string, found: string, fix: string): string {
  return `${path}: expected ${expected}, found ${found}; this build must not be deployed. ${fix}`
}

if (import.meta.main) {
  const problems = process.argv.slice(2).map(checkAudience)
  if (problems.length === 0) problems.push('expected the path of a manifest.json, found none')
  for (const problem of problems) console.log(problem ?? 'audience: public')
  process.exitCode = problems.every((problem) => problem === null) ? 0 : 1
}
