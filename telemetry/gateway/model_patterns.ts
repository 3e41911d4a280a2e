import type { UpstreamConfig } from '../config/schema.ts'

/** A pattern of names: `*` matches any characters, everything else matches itself. */
export interface NamePattern {
  test(name: string): boolean
}

/** Compiles a pattern. Matching takes time linear in the name, however many `*` there are. */
export function compilePattern(pattern: string): NamePattern {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return { test: (name) => name === pattern }
  return {
    test(name) {
      if (!name.startsWith(first)) return false
      let at = first.length
      for (const part of rest) {
        at = name.indexOf(part, at)
        if (at < 0) return false
        at += part.length
      }
      return name.length - last.length >= at && name.endsWith(last)
    },
  }
}

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
  const rules = [...owners].map(([pattern, indices]) => ({ match: compilePattern(pattern), indices }))
  const patterns = [...owners.keys()]
  return {
    route: (model) => rules.find(({ match }) => match.test(model))?.indices ?? [],
    patterns,
    selective: patterns.length !== 1 || patterns[0] !== '*',
  }
}
