/** What the search may look at and do; replaced in tests. */
export interface BrowserProbes {
  /** CHROMIUM_PATH, where the user set it. */
  requested: string | undefined
  /** Where Playwright would have put its browser, whether it exists or not. */
  playwrightBrowser(): string
  /** The full path of a command on PATH, or null. */
  which(command: string): string | null
  /** The browser's answer to `--version`, or null where it is missing or does not start. */
  version(path: string): Promise<string | null>
  isRoot(): boolean
  /** Runs a command to its end; true where it succeeded. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<boolean>
  /** Tells the user what is being done. */
  say(text: string): void
}

/** Names of a system-wide Chromium. The one without a window comes first: the tests take a fifth less processor time in it. */
const SYSTEM_BROWSERS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

/** Packages that have one, of Debian and of systems like it. */
const APT_PACKAGES = ['chromium-headless-shell', 'chromium']

/**
 * Finds a Chromium for the browser tests, or installs one: CHROMIUM_PATH, an installed Playwright browser, a system
 * Chromium, the system's packages (as root, with apt), Playwright's own download. Says what it does.
 *
 * @returns path of an executable that answered to `--version`
 * @throws Error that lists what was tried and how to help, if no browser was found
 */
export async function findBrowser(probes: BrowserProbes): Promise<string> {
  if (probes.requested) return requireRequested(probes, probes.requested)
  return (
    (await useIfWorking(probes, probes.playwrightBrowser(), 'installed by Playwright')) ??
    (await findSystemBrowser(probes)) ??
    (await installWithApt(probes)) ??
    (await installWithPlaywright(probes)) ??
    giveUp()
  )
}

async function requireRequested(probes: BrowserProbes, path: string): Promise<string> {
  const found = await useIfWorking(probes, path, 'from CHROMIUM_PATH')
  if (found !== null) return found
  throw new Error(`CHROMIUM_PATH: expected a Chromium that answers to --version, found none at "${path}"`)
}

async function findSystemBrowser(probes: BrowserProbes): Promise<string | null> {
  for (const command of SYSTEM_BROWSERS) {
    const path = probes.which(command)
    const found = path === null ? null : await useIfWorking(probes, path, 'installed on this system')
    if (found !== null) return found
  }
  return null
}

async function installWithApt(probes: BrowserProbes): Promise<string | null> {
  if (probes.which('apt-get') === null) return null
  if (!probes.isRoot()) {
    probes.say('Browser: none found; not installing one with apt-get, because that needs root')
    return null
  }
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  await probes.run('apt-get', ['update'], quiet)
  for (const name of APT_PACKAGES) {
    probes.say(`Browser: none found; installing a package of the system (apt-get install ${name})`)
    const done = await probes.run('apt-get', ['install', '-y', '--no-install-recommends', name], quiet)
    const found = done ? await findSystemBrowser(probes) : null
    if (found !== null) return found
    probes.say('Browser: apt-get did not succeed')
  }
  return null
}

async function installWithPlaywright(probes: BrowserProbes): Promise<string | null> {
  probes.say('Browser: downloading Playwright’s Chromium (npx playwright install chromium)')
  if (await probes.run('npx', ['playwright', 'install', 'chromium'])) {
    return useIfWorking(probes, probes.playwrightBrowser(), 'installed by Playwright')
  }
  probes.say('Browser: the download did not succeed')
  return null
}

async function useIfWorking(probes: BrowserProbes, path: string, origin: string): Promise<string | null> {
  const version = await probes.version(path)
  if (version === null) return null
  probes.say(`Browser: ${version} (${path}, ${origin})`)
  return path
}

function giveUp(): never {
  throw new Error(
    'no browser for the end-to-end tests: tried an installed Playwright browser, a system Chromium, apt-get and ' +
      'Playwright’s download; install Chromium, for example with "apt-get install chromium", or set CHROMIUM_PATH to one',
  )
}
