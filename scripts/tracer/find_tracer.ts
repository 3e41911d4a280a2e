/** What the search may look at and do; replaced in tests. */
export interface TracerProbes {
  platform: string
  /** The full path of a command on PATH, or null. */
  which(command: string): string | null
  isRoot(): boolean
  /** Runs a command to its end; true where it succeeded. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<boolean>
  /** Tells the user what is being done. */
  say(text: string): void
}

/**
 * Finds strace, by which a test sees that a gateway without telemetry writes nothing; as root with apt, installs it.
 * Elsewhere than on Linux, and without root, the test is skipped, and the reason is printed.
 *
 * @returns path of the program, or null if the test has to be skipped
 * @throws Error where it should have been possible to install it
 */
export async function findTracer(probes: TracerProbes): Promise<string | null> {
  if (probes.platform !== 'linux') return skip(probes, `there is no strace for ${probes.platform}`)
  const found = probes.which('strace')
  if (found !== null) return found
  if (!probes.isRoot()) return skip(probes, 'strace is not installed, and only root may install it')
  return install(probes)
}

async function install(probes: TracerProbes): Promise<string> {
  probes.say('Tracer: strace is missing; installing it (apt-get install strace)')
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  const done =
    probes.which('apt-get') !== null &&
    (await probes.run('apt-get', ['update'], quiet)) &&
    (await probes.run('apt-get', ['install', '-y', '--no-install-recommends', 'strace'], quiet))
  const found = done ? probes.which('strace') : null
  if (found !== null) return found
  throw new Error('no strace for the test of system calls: apt-get did not bring it; install the package "strace"')
}

function skip(probes: TracerProbes, why: string): null {
  probes.say(`Tracer: ${why}; the test of system calls is skipped`)
  return null
}
