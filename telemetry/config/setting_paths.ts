import { resolveSettingPath } from './paths.ts'
import { mergeSettings, type SettingTree, settingAt, treeOf } from './setting_tree.ts'

const PATH_KEYS = ['telemetry.buffer.dir', 'telemetry.jsonl.path', 'telemetry.http.token_file']

/** The settings with their paths made absolute: `~/` is the home folder, a relative one starts at `folder`. */
export function absolutePaths(tree: SettingTree, folder: string, env: NodeJS.ProcessEnv): SettingTree {
  return PATH_KEYS.reduce((paths, key) => {
    const value = settingAt(paths, key.split('.'))
    if (typeof value !== 'string' || value === '') return paths
    return mergeSettings(paths, treeOf(key, resolveSettingPath(value, folder, env)))
  }, tree)
}
