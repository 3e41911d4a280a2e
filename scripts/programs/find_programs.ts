/** What the search may look at and do; replaced in tests. */
export interface ProgramProbes {
  platform: string
  /** The full path of a command on PATH, or null. */
  which(command: string): string | null
  isRoot(): boolean
  /** Runs a command to its end; true where it succeeded. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<boolean>
  /** Tells the user what is being done. */
  say(text: string): void
}

/** Programs of other projects that tests run, and the Debian packages that bring them. */
export const PROGRAMS = [
  { command: 'strace', package: 'strace', test: 'the test of system calls' },
  { command: 'promtool', package: 'prometheus', test: 'the test of alerts and dashboards' },
  { command: 'nginx', package: 'nginx-light', test: 'the test behind a reverse proxy' },
] as const

/**
 * Finds the programs that tests run; as root with apt, installs those that are missing. Elsewhere than on Linux, and without
 * root, their tests are skipped, and the reason is printed.
 *
 * @throws Error where it should have been possible to install them
 */
export async function findPrograms(probes: ProgramProbes): Promise<void> {
  const missing = PROGRAMS.filter(({ command }) => probes.which(command) === null)
  if (missing.length === 0) return
  if (probes.platform !== 'linux') return skip(probes, missing, `there is none for ${probes.platform}`)
  if (!probes.isRoot()) return skip(probes, missing, 'it is not installed, and only root may install it')
  await install(probes, missing)
}

type Program = (typeof PROGRAMS)[number]

async function install(probes: ProgramProbes, missing: readonly Program[]): Promise<void> {
  const packages = missing.map((program) => program.package)
  probes.say(`Programs: installing ${packages.join(', ')} (apt-get install ${packages.join(' ')})`)
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  const done =
    probes.which('apt-get') !== null &&
    (await probes.run('apt-get', ['update'], quiet)) &&
    (await probes.run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], quiet))
  if (done && missing.every(({ command }) => probes.which(command) !== null)) return
  const which = `${packages.length === 1 ? 'package' : 'packages'} ${packages.join(', ')}`
  throw new Error(`programs that tests run: apt-get did not bring them; install the ${which}`)
}

function skip(probes: ProgramProbes, missing: readonly Program[], why: string): void {
  for (const { command, test } of missing) probes.say(`Programs: no ${command}, as ${why}; ${test} is skipped`)
}
