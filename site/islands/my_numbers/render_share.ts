import { validateCommand } from '../../lib/commands.ts'
import { element } from '../../lib/dom.ts'
import { formatBytes, formatCount, plural } from '../../lib/format.ts'
import type { AnonymousFile } from '../../lib/my_numbers/report.ts'

/** The anonymised file and the steps to a pull request. `address` is the object URL of the file. */
export function renderShare(file: AnonymousFile, address: string, month: string): HTMLElement {
  const name = `samples-${month}.jsonl${file.compressed ? '.gz' : ''}`
  const link = element(
    document,
    'a',
    { class: 'button primary', href: address, download: name, id: 'download' },
    `Download ${name}`,
  )
  const size = `${plural(file.samples, 'sample')}, ${formatBytes(file.blob.size)}. ${describeNames(file)}`
  const steps = [
    element(
      document,
      'li',
      {},
      'Look at the file: one JSON object per line, and everything that others will see. What is merged is public for good.',
    ),
    element(
      document,
      'li',
      {},
      'Fork the repository, and put the file under ',
      element(document, 'code', {}, `data/exports/<your account>/${month}/`),
      '.',
    ),
    element(
      document,
      'li',
      {},
      'Check it there: ',
      element(document, 'code', {}, validateCommand(`data/exports/<your account>/${month}/${name}`)),
    ),
    element(
      document,
      'li',
      {},
      'Open a pull request. Its checks name every rejected line, and show which figures it would change.',
    ),
  ]
  return element(
    document,
    'section',
    {},
    element(document, 'h2', {}, 'Share it'),
    element(
      document,
      'p',
      { class: 'lead' },
      'The same samples, anonymised: pseudonyms for tenants and jobs, days for times, rounded counts and durations.',
    ),
    element(document, 'p', { class: 'pager' }, link, element(document, 'span', { class: 'muted' }, size)),
    element(document, 'ol', { class: 'prose' }, ...steps),
  )
}

function describeNames({ samples, anonymised, keyKept }: AnonymousFile): string {
  if (anonymised === 0) return 'They were anonymised already, and are unchanged.'
  const some = anonymised < samples ? `${formatCount(anonymised)} of them were anonymised here. ` : ''
  if (keyKept)
    return `${some}The key of the pseudonyms is stored in this browser only, so that a sample shared twice counts once.`
  return `${some}The key of the pseudonyms could not be stored: share each sample only once.`
}
