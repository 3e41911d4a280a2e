import { validateCommand } from '../../lib/commands.ts'
import { formatBytes, formatCount, plural } from '../../lib/format.ts'
import type { AnonymousFile } from '../../lib/my_numbers/report.ts'
import { el } from './dom.ts'

/** The anonymised file and the steps to a pull request. `address` is where the browser keeps the file. */
export function renderShare(file: AnonymousFile, address: string, month: string): HTMLElement {
  const name = `samples-${month}.jsonl${file.compressed ? '.gz' : ''}`
  const link = el('a', { class: 'button primary', href: address, download: name, id: 'download' }, `Download ${name}`)
  const size = `${plural(file.samples, 'sample')}, ${formatBytes(file.blob.size)}. ${describeNames(file)}`
  const steps = [
    el(
      'li',
      {},
      'Look at the file: one JSON object a line, and all that will be seen. What is merged is public for good.',
    ),
    el(
      'li',
      {},
      'Fork the repository, and put the file under ',
      el('code', {}, `data/exports/<your account>/${month}/`),
      '.',
    ),
    el('li', {}, 'Check it there: ', el('code', {}, validateCommand(`data/exports/<your account>/${month}/${name}`))),
    el(
      'li',
      {},
      'Open a pull request. Its checks name every line that does not fit, and show which figures it would change.',
    ),
  ]
  return el(
    'section',
    {},
    el('h2', {}, 'Share it'),
    el(
      'p',
      { class: 'lead' },
      'The same samples as they may leave: pseudonyms for tenants and jobs, days for times, rounded counts and times.',
    ),
    el('p', { class: 'pager' }, link, el('span', { class: 'muted' }, size)),
    el('ol', { class: 'prose' }, ...steps),
  )
}

function describeNames({ samples, anonymised, keyKept }: AnonymousFile): string {
  if (anonymised === 0) return 'They came anonymised, and are unchanged.'
  const some = anonymised < samples ? `${formatCount(anonymised)} of them were anonymised here. ` : ''
  if (keyKept)
    return `${some}The key of the pseudonyms stays in this browser, so that a sample shared twice counts once.`
  return `${some}The key of the pseudonyms could not be kept: share each sample only once.`
}
