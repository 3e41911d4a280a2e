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

type Texts = Readonly<Record<string, string>>

/** The licences of the data, with the texts of those that ask for it. `texts` are by SPDX identifier, without a copyright line. */
export function formatDataLicences(sources: readonly LicensedSource[], texts: Texts): string {
  const parts = [
    'Licences of the data and the software of this site',
    heading('Data'),
    'Community figures: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/legalcode',
    ...sources.map(formatSource),
    ...textsOf(sources).flatMap((id) => [
      heading(id),
      texts[id] ?? ADDRESSES[id] ?? 'As its source states it, at the address above.',
    ]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The licences of the packages that the site ships code of. Throws where one has no text. */
export function formatSoftwareLicences(packages: readonly ShippedPackage[], texts: Texts): string {
  return `\n${[heading('Software'), ...packages.map((own) => formatPackage(own, texts))].join('\n\n')}\n`
}

function formatSource({ title, url, licence, attribution }: LicensedSource): string {
  return `${title}\n${url}\nLicence: ${licence}\n${attribution}`
}

function formatPackage({ name, version, licence, text, authors }: ShippedPackage, texts: Texts): string {
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
