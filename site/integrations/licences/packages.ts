import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package whose code the site ships, with the notice that its licence asks for. */
export interface ShippedPackage {
  name: string
  version: string
  /** SPDX identifier. */
  licence: string
  /** The text of its licence file; undefined where it has none. */
  text: string | undefined
  /** Who package.json says wrote it. */
  authors: string
}

interface PackageFile {
  name: string
  version: string
  license?: string
  author?: Person
  contributors?: Person[]
}
type Person = string | { name: string }

/** The folder of the package that a bundled module belongs to; undefined for the site's own modules. */
export function packageFolder(moduleId: string): string | undefined {
  const path = moduleId.replace(/^\0/, '').replace(/\?.*$/, '').replaceAll('\\', '/')
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]
}

/** Reads the packages in some folders, a package once per version, by name. Throws, naming the package, where one states no licence. */
export function readPackages(folders: Iterable<string>): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>()
  for (const folder of folders) {
    const own = readPackage(folder)
    found.set(`${own.name}@${own.version}`, own)
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readPackage(folder: string): ShippedPackage {
  const { name, version, license, author, contributors = [] } = readPackageFile(folder)
  if (!license)
    throw new Error(`${folder}/package.json: expected a licence, found none. The site ships code of this package.`)
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(one))
  const authors = [...(author ? [author] : []), ...contributors].map((one) =>
    typeof one === 'string' ? one : one.name,
  )
  return {
    name,
    version,
    licence: license,
    text: file && readFileSync(join(folder, file), 'utf8').trim(),
    authors: authors.join(', ') || `the authors of ${name}`,
  }
}

function readPackageFile(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile
}

/** Where Node finds a package from a folder. Throws where it is not installed. */
export function findPackage(name: string, from: string): string {
  const here = join(from, 'node_modules', name)
  if (existsSync(join(here, 'package.json'))) return here
  if (dirname(from) === from) throw new Error(`${name}: expected an installed package, found none. Run "npm ci".`)
  return findPackage(name, dirname(from))
}
