import { describe, expect, test } from 'vitest'
import { listTrackedFiles } from './tracked_files.ts'

const files = listTrackedFiles()
const workflows = files
  .filter(({ path }) => path.startsWith('.github/workflows/'))
  .map(({ path, read }) => ({ path, text: read() ?? '' }))

describe('.ci/run', () => {
  test('runs the test command of the README', () => {
    const run = files.find(({ path }) => path === '.ci/run')?.read() ?? ''
    const readme = files.find(({ path }) => path === 'README.md')?.read() ?? ''
    expect(run.trimEnd().split('\n').at(-1)).toBe('npm ci && npm test')
    expect(readme).toContain('npm ci && npm test')
  })
})

describe('workflows', () => {
  test('are there', () => {
    expect(workflows.map(({ path }) => path)).toEqual(['.github/workflows/check.yml', '.github/workflows/deploy.yml'])
  })

  test.each(workflows)('$path breaks none of the rules', ({ text }) => {
    expect(checkWorkflow(text)).toEqual([])
  })

  test('only the deploy job can write, and only what Pages needs', () => {
    const granted = workflows.flatMap(({ text }) =>
      [...text.matchAll(/^ +([\w-]+): write$/gm)].map((match) => match[1]),
    )
    expect(granted).toEqual(['pages', 'id-token'])
  })
})

describe('the workflow rules', () => {
  const good = `on:\n  pull_request:\npermissions:\n  contents: read\njobs:\n  a:\n    steps:\n      - run: echo "$AUTHOR"`

  test.each([
    [good.replace('pull_request:', 'pull_request_target:'), 'pull_request_target'],
    [good.replace('permissions:\n  contents: read\n', ''), 'no permissions'],
    [good.replace('contents: read', 'contents: write'), 'contents: write'],
    [good.replace('contents: read', 'write-all'), 'write-all'],
    [good.replace('$AUTHOR', '$' + '{{ github.actor }}'), 'expression in a command'],
    [
      good.replace('echo "$AUTHOR"', '|\n          echo\n          echo $' + '{{ github.head_ref }}'),
      'expression in a command',
    ],
    [`${good}\n      - uses: actions/setup-node@v5`, 'not pinned'],
    [`${good}\n      - uses: actions/setup-node@${'a'.repeat(40)}`, 'not pinned'],
    [`${good}\n      - uses: actions/checkout@${'a'.repeat(40)} # v5.0.0\n      - run: x`, 'persist-credentials'],
    [good.replace('echo "$AUTHOR"', '$' + '{{ secrets.TOKEN }}'), 'secrets'],
  ])('find what is wrong (%#)', (text, problem) => {
    expect(checkWorkflow(text).join('\n')).toContain(problem)
  })

  test('accept what is right', () => {
    expect(checkWorkflow(good)).toEqual([])
  })
})

/** The problems of a workflow, as text: the rules are about single lines and their neighbours. */
function checkWorkflow(text: string): string[] {
  const problems: string[] = []
  if (/pull_request_target|workflow_run/.test(text))
    problems.push('pull_request_target: runs a fork’s code with rights')
  if (!/^permissions:/m.test(text)) problems.push('no permissions at the top: the default is too much')
  for (const word of ['contents: write', 'write-all', 'secrets.']) if (text.includes(word)) problems.push(word)
  for (const command of readCommands(text)) {
    if (command.includes('$' + '{{')) problems.push(`expression in a command, pass it through env: ${command}`)
  }
  for (const step of text.split(/^ +- /m)) {
    const uses = /uses: (.*)/.exec(step)?.[1]
    if (uses === undefined) continue
    if (!/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses)) problems.push(`not pinned by commit: ${uses}`)
    if (uses.startsWith('actions/checkout@') && !/persist-credentials: false/.test(step)) {
      problems.push('checkout without persist-credentials: false')
    }
  }
  return problems
}

/** The text of every `run:`, on one line or as a block of lines indented more than the key. */
function readCommands(text: string): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const [, before, command] = /^( *(?:- )?)run: (.*)/.exec(line) ?? []
    if (before === undefined) return []
    const rest = lines.slice(at + 1)
    const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= before.length)
    return [[command, ...rest.slice(0, end < 0 ? rest.length : end)].join('\n')]
  })
}
