import { element } from '../../lib/dom.ts'
import { formatBytes, formatCount, plural } from '../../lib/format.ts'
import { folderOf, newFilePage, readAccount, uploadPages } from '../../lib/my_numbers/pull_request.ts'
import type { AnonymousFile } from '../../lib/my_numbers/report.ts'

interface Share {
  file: AnonymousFile
  /** The object URL of the file. */
  address: string
  month: string
  /** The repository that takes contributions; null if the site knows none. */
  repository: string | null
}

/** The anonymised file, and the way to a pull request with it. */
export function renderShare(share: Share): HTMLElement {
  const { file, address, month } = share
  const name = `samples-${month}-${file.digest}.jsonl${file.compressed ? '.gz' : ''}`
  const attributes = { class: 'button primary', href: address, download: name, id: 'download' }
  const link = element(document, 'a', attributes, `Download ${name}`)
  const size = `${plural(file.samples, 'line')}, ${formatBytes(file.blob.size)}. ${describeNames(file)}`
  const lead =
    'The same figures, anonymised: pseudonyms for tenants and jobs, days for times, rounded counts and durations. What is merged is public for good: look at the file, each line is all that others will see of a task.'
  return element(
    document,
    'section',
    { id: 'share' },
    element(document, 'h2', {}, 'Share it'),
    element(document, 'p', { class: 'lead' }, lead),
    element(document, 'p', { class: 'pager' }, link, element(document, 'span', { class: 'muted' }, size)),
    share.repository === null ? renderUnknown(name, month) : renderWay(share, name, share.repository),
  )
}

function renderUnknown(name: string, month: string): HTMLElement {
  const folder = element(document, 'code', {}, folderOf({ account: '<your account>', month }))
  const text = `This copy of the site does not know its repository. Add ${name} there as a file in `
  return element(document, 'p', { class: 'note' }, text, folder, ', and open a pull request with it.')
}

/** Asks for the account, which names the folder, and links to the page of the pull request once it is there. */
function renderWay({ file, month }: Share, name: string, repository: string): HTMLElement {
  const input = element(document, 'input', {
    id: 'account',
    autocomplete: 'username',
    spellcheck: 'false',
    maxlength: 40,
  })
  const label = element(document, 'label', { for: 'account' }, 'Your account on GitHub')
  const next = element(document, 'div', { id: 'next', role: 'status' })
  const show = () => {
    const account = readAccount(input.value)
    if (account === null) return next.replaceChildren(hint(input.value))
    const contribution = { repository, account, month, name }
    const prepared = file.text === null ? null : newFilePage(contribution, file.text)
    next.replaceChildren(prepared === null ? renderUpload(contribution) : renderPrepared(contribution, prepared))
  }
  input.oninput = show
  show()
  return element(
    document,
    'div',
    {},
    element(document, 'div', { class: 'missing' }, element(document, 'p', {}, label, input)),
    next,
  )
}

function hint(typed: string): HTMLElement {
  const text =
    typed.trim() === ''
      ? 'It names your folder. A link to the pull request appears here; nothing leaves before you follow it.'
      : 'GitHub has no accounts of such a name: letters, digits and single hyphens, at most 39.'
  return element(document, 'p', { class: 'muted' }, text)
}

type Target = Parameters<typeof uploadPages>[0]

function renderPrepared(contribution: Target, page: string): HTMLElement {
  return element(
    document,
    'div',
    {},
    element(document, 'p', {}, external('button primary', page, 'Open the pull request on GitHub', 'pull-request')),
    element(
      document,
      'p',
      { class: 'muted' },
      'GitHub shows the file in ',
      element(document, 'code', {}, folderOf(contribution)),
      ': press “Commit changes”, then “Create pull request”. Its checks name every line that does not fit, and show which figures it would change.',
    ),
  )
}

/** A file too long for an address. */
function renderUpload(contribution: Target): HTMLElement {
  const [fork, upload, pullRequest] = uploadPages(contribution)
  const steps = [
    [fork, 'Fork the repository', 'once'],
    [upload, 'Upload the downloaded file', 'drop it there, and press “Commit changes”'],
    [pullRequest, 'Open the pull request', 'its checks show which figures it would change'],
  ] as const
  const items = steps.map(([page, text, then], at) =>
    element(document, 'li', {}, external('', page, text, at === 2 ? 'pull-request' : undefined), `: ${then}`),
  )
  return element(document, 'ol', { class: 'prose' }, ...items)
}

function external(style: string, page: string, text: string, id?: string): HTMLElement {
  const attributes = { class: style || undefined, href: page, id, target: '_blank', rel: 'noopener noreferrer' }
  return element(document, 'a', attributes, text)
}

function describeNames({ samples, anonymised, keyKept }: AnonymousFile): string {
  if (anonymised === 0) return 'Every line is anonymous.'
  const some = anonymised < samples ? `${formatCount(anonymised)} of them were anonymised here. ` : ''
  if (keyKept)
    return `${some}The key of the pseudonyms is stored in this browser only, so that a sample shared twice counts once.`
  return `${some}The key of the pseudonyms could not be stored: share each sample only once.`
}
