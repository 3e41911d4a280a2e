import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = import.meta.dirname
const PACKAGE = 'node_modules/node-llama-cpp'

/** Whether this machine is one that the locked engine is built for. */
export const IS_SUPPORTED = process.platform === 'linux' && process.arch === 'x64'

/** Whether the locked release of the engine is installed. */
export function isInstalled(): boolean {
  const installed = join(FOLDER, PACKAGE, 'package.json')
  return existsSync(installed) && readJson<{ version: string }>(installed).version === lockedVersion()
}

/**
 * Installs the engine if its locked release is missing. Optional packages (engines for CUDA and Vulkan) are left out, and no install
 * script runs: that of node-llama-cpp would compile llama.cpp if it did not like the prebuilt one. Throws if npm fails.
 */
export function installEngine(): void {
  if (!IS_SUPPORTED || isInstalled()) return
  const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['ci', ...options], { cwd: FOLDER, stdio: 'inherit' })
}

function lockedVersion(): string | undefined {
  const lock = readJson<{ packages: Record<string, { version?: string }> }>(join(FOLDER, 'package-lock.json'))
  return lock.packages[PACKAGE]?.version
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

if (import.meta.main) installEngine()
