import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { ConfigError } from './config_error.ts'
import { ENV_SETTINGS, type EnvSetting } from './env_settings.ts'
import { explainSetting, type SettingProblem } from './explain_setting.ts'
import { locateSetting } from './locate_setting.ts'
import { defaultConfigPath } from './paths.ts'
import { Config } from './schema.ts'
import { absolutePaths } from './setting_paths.ts'
import { isTree, mergeSettings, type SettingTree, settingAt, treeOf } from './setting_tree.ts'

export interface ConfigRequest {
  /** The file of `--config`; it must exist. */
  path?: string
  env: NodeJS.ProcessEnv
  /** The settings of the command line, which override the environment and the file. */
  overrides?: DeepPartial<z.input<typeof Config>>
}
type DeepPartial<T> = T extends readonly (infer _)[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T

export interface LoadedConfig {
  config: Config
  /** The file that was read; null if there is none. */
  path: string | null
}

/**
 * The settings: the defaults, overridden by the TOML file, then the environment, then the command line. Paths are made absolute:
 * `~/` is the home folder, a relative one starts at the folder of the file, or in the environment and on the command line at the
 * working folder. The file is data, nothing in it is run.
 *
 * @throws ConfigError with every problem of every source
 */
export function loadConfig({ path, env, overrides = {} }: ConfigRequest): LoadedConfig {
  const file = readConfigFile(path ?? (env.ORCH_CONFIG || undefined), env)
  const layers: Layer[] = [
    ...(file === null ? [] : [{ place: placeInFile(file), tree: absolutePaths(file.tree, dirname(file.path), env) }]),
    ...ENV_SETTINGS.flatMap((setting) => layerOfVariable(setting, env)),
    { place: () => 'command line', tree: absolutePaths(overrides as SettingTree, process.cwd(), env) },
  ]
  const merged = layers.reduce<SettingTree>((under, layer) => mergeSettings(under, layer.tree), {})
  const result = Config.safeParse(nameTokenVariable(merged, env))
  if (result.success) return { config: result.data, path: file?.path ?? null }
  const problems = result.error.issues.flatMap((issue) => explainSetting(issue, merged))
  throw new ConfigError(problems.map((problem) => `${placeOf(problem, layers)}: ${problem.text}`))
}

/** Settings from one source, and a function that locates a setting in it. */
interface Layer {
  tree: SettingTree
  place: (path: readonly PropertyKey[]) => string
}

interface ConfigFile {
  path: string
  text: string
  tree: SettingTree
}

/** Only a file that was named must exist. */
function readConfigFile(named: string | undefined, env: NodeJS.ProcessEnv): ConfigFile | null {
  const path = named === undefined ? defaultConfigPath(env) : resolve(named)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    if (named === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return null
    throw new ConfigError([
      `${path}: expected a readable TOML file, found ${code}. Check the path and who may read it.`,
    ])
  }
  return { path, text, tree: parseToml(path, text) }
}

function parseToml(path: string, text: string): SettingTree {
  try {
    return parse(text) as SettingTree
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const what = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? error.message
    // A line with a URL may hold a password or a key.
    const lines = /:\/\/|@/.test(error.codeblock) ? '' : `\n\n${error.codeblock.trimEnd()}`
    throw new ConfigError([`${path}:${error.line}:${error.column}: expected TOML, found ${what}.${lines}`])
  }
}

function placeInFile({ path, text }: ConfigFile): Layer['place'] {
  return (key) => {
    const line = locateSetting(text, key)
    return line === null ? path : `${path}:${line}`
  }
}

function layerOfVariable({ name, key, read }: EnvSetting, env: NodeJS.ProcessEnv): Layer[] {
  const text = env[name]?.trim()
  if (key === null || !text) return []
  return [{ place: () => name, tree: absolutePaths(treeOf(key, read(text)), process.cwd(), env) }]
}

/** A problem is located where the setting was last written, else where the table that lacks it was. */
function placeOf({ path }: SettingProblem, layers: readonly Layer[]): string {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length)
    const layer = layers.findLast(({ tree }) => settingAt(tree, part) !== undefined)
    if (layer) return layer.place(part)
  }
  return 'settings'
}

/** ORCH_HTTP_TOKEN is the token itself: the settings only ever name the variable. */
function nameTokenVariable(tree: SettingTree, env: NodeJS.ProcessEnv): SettingTree {
  const http = settingAt(tree, ['telemetry', 'http'])
  if (!env.ORCH_HTTP_TOKEN || !isTree(http) || 'token_env' in http || 'token_file' in http) return tree
  return mergeSettings(tree, treeOf('telemetry.http.token_env', 'ORCH_HTTP_TOKEN'))
}
