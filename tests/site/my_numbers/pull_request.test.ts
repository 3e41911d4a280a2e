import { describe, expect, it, test } from 'vitest'
import { newFilePage, readAccount, uploadPages } from '../../../site/lib/my_numbers/pull_request.ts'
import { repositoryUrl } from '../../../site/lib/repository.ts'

const CONTRIBUTION = {
  repository: 'https://github.com/acme/matrix',
  account: 'ada',
  month: '2026-11',
  name: 'samples-2026-11.jsonl',
}

test('the page for a new file has folder, name and text filled in', () => {
  const page = new URL(newFilePage(CONTRIBUTION, '{"a":"ü & +"}\n')!)
  expect(page.origin + page.pathname).toBe('https://github.com/acme/matrix/new/main/data/exports/ada/2026-11')
  expect(Object.fromEntries(page.searchParams)).toEqual({ filename: CONTRIBUTION.name, value: '{"a":"ü & +"}\n' })
})

test('a file too long for an address is uploaded to the fork', () => {
  expect(newFilePage(CONTRIBUTION, '"'.repeat(3000))).toBeNull()
  expect(uploadPages(CONTRIBUTION)).toEqual([
    'https://github.com/acme/matrix/fork',
    'https://github.com/ada/matrix/upload/main/data/exports/ada/2026-11',
    'https://github.com/acme/matrix/compare/main...ada:main?quick_pull=1',
  ])
})

it.each([
  ['Ada-L', 'ada-l'],
  [' @ada ', 'ada'],
  ['a--b', null],
  ['-a', null],
  ['a-', null],
  ['../x', null],
  ['a'.repeat(40), null],
  ['', null],
])('the account %j is %j', (typed, account) => expect(readAccount(typed)).toBe(account))

describe('the repository of the build', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['https://github.com/acme/matrix', 'https://github.com/acme/matrix'],
    ['https://github.com/acme/matrix.git', 'https://github.com/acme/matrix'],
  ])('%j is %j', (value, address) => expect(repositoryUrl(value ?? '')).toBe(address))

  it('is refused elsewhere', () => {
    expect(() => repositoryUrl('javascript:alert(1)')).toThrow('expected https://github.com/<owner>/<name>')
  })
})
