import { describe, expect, test } from 'vitest'
import { type BrowserProbes, findBrowser } from '../../../scripts/browser/find_browser.ts'

const PLAYWRIGHT = '/cache/playwright/chrome'

/** A machine in memory: which commands are on PATH, which browsers work, what an installation adds. */
interface Machine {
  requested?: string
  onPath?: string[]
  working?: string[]
  root?: boolean
  installs?: Record<string, string | null>
}

function createProbes({ requested, onPath = [], working = [], root = false, installs = {} }: Machine) {
  const browsers = new Set(working)
  const commands = new Set(onPath)
  const said: string[] = []
  const ran: string[] = []
  const probes: BrowserProbes = {
    requested,
    playwrightBrowser: () => PLAYWRIGHT,
    which: (command) => (commands.has(command) ? `/usr/bin/${command}` : null),
    version: async (path) => (browsers.has(path) ? 'Chromium 156.0' : null),
    isRoot: () => root,
    run: async (command, args) => {
      const line = [command, ...args].join(' ')
      ran.push(line)
      const added = installs[line]
      if (typeof added === 'string') {
        browsers.add(added)
        commands.add(added.split('/').at(-1) ?? '')
      }
      return line in installs
    },
    say: (text) => said.push(text),
  }
  return { probes, said, ran }
}

const APT_UPDATE = 'apt-get update'
const APT_INSTALL = 'apt-get install -y --no-install-recommends chromium-headless-shell'
const APT_INSTALL_CHROMIUM = 'apt-get install -y --no-install-recommends chromium'
const DOWNLOAD = 'npx playwright install chromium'

describe('findBrowser', () => {
  test('takes CHROMIUM_PATH before all others', async () => {
    const { probes, said } = createProbes({ requested: '/opt/c', working: ['/opt/c', PLAYWRIGHT] })
    expect(await findBrowser(probes)).toBe('/opt/c')
    expect(said).toEqual(['Browser: Chromium 156.0 (/opt/c, from CHROMIUM_PATH)'])
  })

  test('does not replace a CHROMIUM_PATH that does not work', async () => {
    const { probes, ran } = createProbes({ requested: '/opt/c', working: [PLAYWRIGHT] })
    await expect(findBrowser(probes)).rejects.toThrow('found none at "/opt/c"')
    expect(ran).toEqual([])
  })

  test('takes an installed Playwright browser before a system one', async () => {
    const { probes, ran } = createProbes({ working: [PLAYWRIGHT, '/usr/bin/chromium'], onPath: ['chromium'] })
    expect(await findBrowser(probes)).toBe(PLAYWRIGHT)
    expect(ran).toEqual([])
  })

  test.each([
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
  ])('takes %s of the system, installing nothing', async (command) => {
    const { probes, ran } = createProbes({ onPath: [command, 'apt-get'], working: [`/usr/bin/${command}`], root: true })
    expect(await findBrowser(probes)).toBe(`/usr/bin/${command}`)
    expect(ran).toEqual([])
  })

  test('passes over a command that is there but does not start', async () => {
    const { probes } = createProbes({ onPath: ['chromium', 'google-chrome'], working: ['/usr/bin/google-chrome'] })
    expect(await findBrowser(probes)).toBe('/usr/bin/google-chrome')
  })

  test('as root installs with apt, and says so', async () => {
    const installs = { [APT_UPDATE]: null, [APT_INSTALL]: '/usr/bin/chromium-headless-shell' }
    const { probes, ran, said } = createProbes({ onPath: ['apt-get'], root: true, installs })
    expect(await findBrowser(probes)).toBe('/usr/bin/chromium-headless-shell')
    expect(ran).toEqual([APT_UPDATE, APT_INSTALL])
    expect(said.join('\n')).toContain('apt-get install chromium-headless-shell')
  })

  test('as root installs the whole browser where there is no package without a window', async () => {
    const installs = { [APT_UPDATE]: null, [APT_INSTALL_CHROMIUM]: '/usr/bin/chromium' }
    const { probes, ran } = createProbes({ onPath: ['apt-get'], root: true, installs })
    expect(await findBrowser(probes)).toBe('/usr/bin/chromium')
    expect(ran).toEqual([APT_UPDATE, APT_INSTALL, APT_INSTALL_CHROMIUM])
  })

  test('takes the browser without a window before the whole one', async () => {
    const working = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell']
    const { probes } = createProbes({ onPath: ['chromium', 'chromium-headless-shell'], working })
    expect(await findBrowser(probes)).toBe('/usr/bin/chromium-headless-shell')
  })

  test.each([
    ['not root', { onPath: ['apt-get'] }, [DOWNLOAD]],
    ['no apt', { root: true }, [DOWNLOAD]],
    ['apt fails', { root: true, onPath: ['apt-get'] }, [APT_UPDATE, APT_INSTALL, APT_INSTALL_CHROMIUM, DOWNLOAD]],
  ])('%s: lets Playwright download one', async (_, machine, expected) => {
    const { probes, ran, said } = createProbes({ ...machine, installs: { [DOWNLOAD]: PLAYWRIGHT } })
    expect(await findBrowser(probes)).toBe(PLAYWRIGHT)
    expect(ran).toEqual(expected)
    expect(said.join('\n')).toContain('npx playwright install chromium')
  })

  test('where nothing works, says what was tried and what helps', async () => {
    const installs = { [APT_UPDATE]: null, [APT_INSTALL]: null, [APT_INSTALL_CHROMIUM]: null, [DOWNLOAD]: null }
    const { probes, ran } = createProbes({ onPath: ['apt-get'], root: true, installs })
    await expect(findBrowser(probes)).rejects.toThrow(/tried an installed Playwright browser.*set CHROMIUM_PATH/)
    expect(ran).toEqual([APT_UPDATE, APT_INSTALL, APT_INSTALL_CHROMIUM, DOWNLOAD])
  })
})
