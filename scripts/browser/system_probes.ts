import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { runCommand } from '../steps/run_command.ts'
import type { StepContext } from '../steps/step.ts'
import type { BrowserProbes } from './find_browser.ts'

/** The probes of this machine; what commands print is added to `log`. */
export function systemProbes(context: StepContext, log: string[]): BrowserProbes {
  return {
    requested: process.env.CHROMIUM_PATH,
    playwrightBrowser,
    which: findOnPath,
    version: readVersion,
    isRoot: () => process.getuid?.() === 0,
    run: async (command, args, env = {}) => {
      const outcome = await runCommand(command, args, { env, onLine: context.onLine })
      log.push(outcome.output)
      return outcome.ok
    },
    say: (text) => {
      log.push(text)
      context.say(text)
    },
  }
}

/** Playwright is loaded only here: most runs of a single step do not need it, and loading it takes a while. */
function playwrightBrowser(): string {
  const load = createRequire(import.meta.url)
  const { chromium } = load('@playwright/test') as { chromium: { executablePath(): string } }
  return chromium.executablePath()
}

function findOnPath(command: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, command)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function readVersion(path: string): Promise<string | null> {
  if (!isExecutable(path)) return null
  const { ok, output } = await runCommand(path, ['--version'], { idleLimitSeconds: 30 })
  const line = output.split('\n').find((text) => /\d+\.\d+/.test(text))
  return ok && line !== undefined ? line.trim() : null
}
