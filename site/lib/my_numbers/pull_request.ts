/** Where a contributed file goes: `data/exports/<account>/<month>/<name>` of a repository on GitHub. */
export interface Contribution {
  /** https://github.com/owner/name */
  repository: string
  /** The account on GitHub, in lower case. */
  account: string
  month: string
  name: string
}

/** GitHub answers longer addresses with "414 URI Too Long". */
const MOST_CHARACTERS = 8000

/** Above it no text fits into an address, which takes up to three characters a byte. */
export const MOST_PREPARED_BYTES = 7000

/** The account as folders are named, or null if GitHub has no accounts of such names. */
export function readAccount(text: string): string | null {
  const account = text.trim().replace(/^@/, '').toLowerCase()
  return /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/.test(account) ? account : null
}

/** The folder of a contribution. */
export function folderOf({ account, month }: Pick<Contribution, 'account' | 'month'>): string {
  return `data/exports/${account}/${month}`
}

/**
 * GitHub's page for a new file, with name and text filled in; it forks the repository and proposes the pull request. Null if the text is
 * too long for an address.
 */
export function newFilePage(contribution: Contribution, text: string): string | null {
  const query = new URLSearchParams({ filename: contribution.name, value: text })
  const address = `${contribution.repository}/new/main/${folderOf(contribution)}?${query}`
  return address.length <= MOST_CHARACTERS ? address : null
}

/** The pages for a file that has to be uploaded, in order: the fork, its page for uploads, and the pull request. */
export function uploadPages(contribution: Contribution): [fork: string, upload: string, pullRequest: string] {
  const { repository, account } = contribution
  const fork = `https://github.com/${account}/${repository.split('/').at(-1)}`
  return [
    `${repository}/fork`,
    `${fork}/upload/main/${folderOf(contribution)}`,
    `${repository}/compare/main...${account}:main?quick_pull=1`,
  ]
}
