import './check_node.mjs'
import { mergeTree, readAt, reportProblems, requireCommit } from './rules/changes.ts'
import { type CatalogEntry, readEntries } from './rules/names.ts'
import { POLICY_PATH, parseClosedThrough, showMonth } from './rules/policy.ts'

/**
 * A name that the catalogue learns counts from a month on that is not released: else lines of released months, which nobody understood, would be
 * accepted by the next build, and the difference of the figures before and after would be those of whoever sent them.
 *
 * @param closedThrough the last month that is released, YYYYMM; null if none is
 * @returns one problem per entry or name
 */
export function checkNames(
  closedThrough: number | null,
  before: ReadonlyMap<string, CatalogEntry>,
  after: ReadonlyMap<string, CatalogEntry>,
): string[] {
  if (closedThrough === null) return []
  const released = showMonth(closedThrough)
  return [...after].flatMap(([key, entry]) => {
    const former = before.get(key)
    if (former === undefined) return isLate(entry.since, released) ? [] : [explain(key, 'since', entry.since, released)]
    const fresh = entry.names.filter((name) => isEarlier(name, former, entry))
    return [
      ...(isMoved(former.since, entry.since, released) ? [explain(key, 'since', entry.since, released)] : []),
      ...fresh
        .filter((name) => !isLate(entry.names_since?.[name], released))
        .map((name) => explain(key, `names_since[${JSON.stringify(name)}]`, entry.names_since?.[name], released)),
    ]
  })
}

/** Whether a name counts for more months than it did. */
function isEarlier(name: string, former: CatalogEntry, entry: CatalogEntry): boolean {
  if (!former.names.includes(name)) return true
  const [was = '', is = ''] = [former.names_since?.[name], entry.names_since?.[name]]
  return is < was
}

/** Whether an entry counts for a released month for which it did not. */
function isMoved(was: string | undefined, is: string | undefined, released: string): boolean {
  return was !== undefined && (is ?? '') < was && !isLate(is, released)
}

function isLate(since: string | undefined, released: string): boolean {
  return since !== undefined && since > released
}

function explain(key: string, member: string, found: string | undefined, released: string): string {
  const [list, ...id] = key.split(' ')
  return `data/catalog: ${list} ${JSON.stringify(id.join(' '))}: $.${member}: expected a month after ${released}, which is released, found ${JSON.stringify(found ?? null)}; write the current month`
}

if (import.meta.main) {
  const base = requireCommit('BASE_SHA', process.env.BASE_SHA)
  const merged = mergeTree(base, requireCommit('HEAD_SHA', process.env.HEAD_SHA))
  const closed = [base, merged].map((tree) => parseClosedThrough(readAt(tree, POLICY_PATH)) ?? 0)
  reportProblems('names', checkNames(Math.max(...closed) || null, readEntries(base), readEntries(merged)))
}
