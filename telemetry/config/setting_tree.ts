/** Settings before they are checked: tables within tables. */
export type SettingTree = { [key: string]: unknown }

export function isTree(value: unknown): value is SettingTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The settings of `under`, overridden by those of `over`. Tables are merged, everything else, lists too, is replaced; undefined is ignored. */
export function mergeSettings(under: SettingTree, over: SettingTree): SettingTree {
  const merged = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue
    const former = merged.get(key)
    merged.set(key, isTree(former) && isTree(value) ? mergeSettings(former, value) : value)
  }
  // Unlike an assignment, this makes a key of `__proto__` too, which is then refused as unknown.
  return Object.fromEntries(merged)
}

/** The value at a path of keys; undefined if there is none. Inherited properties are ignored. */
export function settingAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    return holds ? (value as Record<PropertyKey, unknown>)[key] : undefined
  }, tree)
}

/** The tree that holds one value, at `a.b.c`. */
export function treeOf(key: string, value: unknown): SettingTree {
  return key
    .split('.')
    .reverse()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as SettingTree
}
