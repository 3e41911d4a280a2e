import type { ShippedPackage } from './packages.ts'

/** A source of curated figures, as far as its licence goes. */
export interface LicensedSource {
  title: string
  url: string
  /** SPDX expression. */
  licence: string
  attribution: string
}

const RULE = '='.repeat(78)
/** Where a licence is too long to print, or gives nothing to print. */
const ADDRESSES: Record<string, string> = {
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/legalcode',
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/legalcode',
}

/**
 * The licences of what the site ships: data first, then software, then the licence texts.
 *
 * @param texts licence texts by SPDX identifier, without a copyright line
 */
export function formatLicences(
  sources: readonly LicensedSource[],
  packages: readonly ShippedPackage[],
  texts: Readonly<Record<string, string>>,
): string {
  const parts = [
    'Licences of the data and the software of this site',
    heading('Data'),
    'Community figures: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/legalcode',
    ...sources.map(formatSource),
    heading('Software'),
    ...packages.map((own) => formatPackage(own, texts)),
    ...textsOf(sources).flatMap((id) => [
      heading(id),
      texts[id] ?? ADDRESSES[id] ?? 'As its source states it, at the address above.',
    ]),
  ]
  return `${parts.join('\n\n')}\n`
}

function formatSource({ title, url, licence, attribution }: LicensedSource): string {
  return `${title}\n${url}\nLicence: ${licence}\n${attribution}`
}

function formatPackage(
  { name, version, licence, text, authors }: ShippedPackage,
  texts: Readonly<Record<string, string>>,
): string {
  const notice = text ?? `Copyright (c) ${authors}\n\n${texts[licence] ?? missing(licence)}`
  return `${'-'.repeat(78)}\n${name} ${version}\nLicence: ${licence}\n\n${notice}`
}

/** The identifiers of SPDX expressions such as `Apache-2.0 AND MIT`, each once. */
function textsOf(sources: readonly LicensedSource[]): string[] {
  return [...new Set(sources.flatMap(({ licence }) => licence.split(/ (?:AND|OR) /)))].sort()
}

function heading(text: string): string {
  return `${RULE}\n${text}\n${RULE}`
}

function missing(id: string): never {
  throw new Error(`licences.txt: expected the text of ${id}, found none. Add it to site/integrations/licences/.`)
}
