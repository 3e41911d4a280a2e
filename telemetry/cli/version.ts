import { existsSync, readFileSync } from 'node:fs'

/** The version of the package, from its manifest, which is fewer folders up in the sources than in the compiled package. */
export function readVersion(): string {
  const manifest = ['../../package.json', '../../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((path) => existsSync(path))
  if (!manifest) throw new Error('orch: expected package.json beside the program, found none. Install orch again.')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
