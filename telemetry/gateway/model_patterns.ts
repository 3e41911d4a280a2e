import type { UpstreamConfig } from '../config/schema.ts'
import { matchesGlob } from '../match_glob.ts'

/** Finds which upstreams serve a model. */
export interface ModelRouter {
  /** Indices of the upstreams that take the model's tasks, in the order of the configuration; empty if none does. */
  route(model: string): readonly number[]
  /** Every pattern, for an error that lists what would have matched. */
  patterns: readonly string[]
  /** Whether the model matters: false if all upstreams serve every model. */
  selective: boolean
}

/**
 * The first pattern that matches decides; every upstream that names the same pattern shares its tasks. So a catch-all
 * at the end stays a last resort, and two equal entries share the load.
 */
export function createModelRouter(upstreams: readonly Pick<UpstreamConfig, 'models'>[]): ModelRouter {
  const owners = new Map<string, number[]>()
  for (const [index, { models }] of upstreams.entries()) {
    for (const pattern of new Set(models)) owners.set(pattern, [...(owners.get(pattern) ?? []), index])
  }
  const rules = [...owners]
  const patterns = [...owners.keys()]
  return {
    route: (model) => rules.find(([pattern]) => matchesGlob(pattern, model))?.[1] ?? [],
    patterns,
    selective: patterns.length !== 1 || patterns[0] !== '*',
  }
}
