import { resolveSettingPath } from './paths.ts'
import { isTree, mergeSettings, type SettingTree, settingAt, treeOf } from './setting_tree.ts'

const PATH_KEYS = ['telemetry.buffer.dir', 'telemetry.jsonl.path', 'telemetry.http.token_file']

/** The settings with their paths made absolute: `~/` is the home folder, a relative one starts at `folder`. */
export function absolutePaths(tree: SettingTree, folder: string, env: NodeJS.ProcessEnv): SettingTree {
  const resolve = (paths: SettingTree, key: string) => {
    const value = settingAt(paths, key.split('.'))
    if (typeof value !== 'string' || value === '') return paths
    return mergeSettings(paths, treeOf(key, resolveSettingPath(value, folder, env)))
  }
  const resolved = PATH_KEYS.reduce(resolve, tree)
  if (!Array.isArray(resolved.upstream)) return resolved
  const upstream = resolved.upstream.map((entry) => (isTree(entry) ? resolve(entry, 'api_key_file') : entry))
  return { ...resolved, upstream }
}
