import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** The folder of the settings: `$XDG_CONFIG_HOME/orch`, else `~/.config/orch`. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  return join(baseFolder(env, env.XDG_CONFIG_HOME, '.config'), 'orch')
}

/** The config file that is read if none is named. */
export function defaultConfigPath(env: NodeJS.ProcessEnv): string {
  return join(configFolder(env), 'config.toml')
}

/** The file in which `orch telemetry on` and `off` store the operator's decision. */
export function storedConsentPath(env: NodeJS.ProcessEnv): string {
  return join(configFolder(env), 'consent.json')
}

/** The folder of the buffer if the settings name none: `$XDG_STATE_HOME/orch/buffer`, else `~/.local/state/orch/buffer`. */
export function bufferFolders(dir: string | undefined, env: NodeJS.ProcessEnv): BufferFolders {
  const shared = dir ?? defaultBufferFolder(env)
  return { shared, local: `${shared.replace(/[/\\]+$/, '')}-local` }
}

export interface BufferFolders {
  /** Samples that may leave this host after the opt-in. */
  shared: string
  /** Samples of `orch telemetry local`: no sink and no export reads them. */
  local: string
}

export function defaultBufferFolder(env: NodeJS.ProcessEnv): string {
  return join(baseFolder(env, env.XDG_STATE_HOME, '.local', 'state'), 'orch', 'buffer')
}

/** A path of the settings as an absolute one: `~/` is the home folder, a relative one starts at `folder`. */
export function resolveSettingPath(path: string, folder: string, env: NodeJS.ProcessEnv): string {
  if (path === '~' || path.startsWith('~/')) return join(home(env), path.slice(1))
  return resolve(folder, path)
}

/** The XDG specification says to ignore relative values. */
function baseFolder(env: NodeJS.ProcessEnv, stated: string | undefined, ...fallback: string[]): string {
  return stated && isAbsolute(stated) ? stated : join(home(env), ...fallback)
}

/** A user without an entry in the system's list, as containers have, has no home folder. */
function home(env: NodeJS.ProcessEnv): string {
  try {
    return env.HOME || homedir()
  } catch {
    return '/'
  }
}
