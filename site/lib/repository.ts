const ADDRESS = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/

/** The repository on GitHub that takes contributions, as REPOSITORY_URL of the build names it; null where it names none. */
export function repositoryUrl(value = process.env.REPOSITORY_URL): string | null {
  if (!value) return null
  const address = value.replace(/(?:\.git)?\/?$/, '')
  if (ADDRESS.test(address)) return address
  throw new Error(`REPOSITORY_URL: expected https://github.com/<owner>/<name>, found "${value}"`)
}
