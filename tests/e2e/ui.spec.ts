import { expect, test } from '@playwright/test'
import { buildPage } from '../../scripts/build_ui.ts'
import { type ServedUi, serveUi } from '../../telemetry/ui/serve_ui.ts'
import { fillBuffer, makeEvent } from '../telemetry/cli/support/fill_buffer.ts'
import { makeFolder } from '../telemetry/support/run_orch.ts'
import { axe } from './support/axe.ts'
import { expectFits, watch } from './support/site.ts'

const HOSTILE = '<img src=x onerror=alert(1)>'
const HOUR_MS = 3_600_000
const dir = makeFolder()
let ui: ServedUi

test.beforeAll(async () => {
  const page = await buildPage()
  ui = await serveUi(
    { status: () => ({ telemetry: 'off', buffers: [dir] }), allowed_hosts: [], readPage: () => page },
    0,
  )
})
test.afterAll(() => ui.close())

test('the page of orch ui shows what the buffer holds, empty and full, and asks its own host only', async ({
  page,
}) => {
  const seen = watch(page)
  const others: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(ui.url).origin) && !request.url().startsWith('data:'))
      others.push(request.url())
  })
  await page.setViewportSize({ width: 390, height: 900 })
  await page.goto(ui.url)
  await expect(page.locator('#result')).toContainText('orch telemetry local')
  const events = Array.from({ length: 40 }, (_, i) =>
    makeEvent({
      job_id: `job-${i}`,
      ts: new Date(Date.now() - (21 - i / 2) * HOUR_MS).toISOString(),
      model_ref: i === 0 ? HOSTILE : 'hf:Qwen/Qwen3-8B',
      engine_version: i < 20 ? '0.10.0' : '0.11.0',
      tokens_out: 101,
      decode_time_ms: (i < 20 ? 1000 : 1333) + (i % 5),
    }),
  )
  await fillBuffer(dir, events)
  await page.getByLabel('Span').selectOption('24h')
  await expect(page.locator('.change.slower').first()).toContainText('▼ slower')
  await expect(page.locator('#result')).toContainText(HOSTILE)
  await expectFits(page, 390)
  await expect(page).toHaveURL(/\?since=24h$/)
  await page.getByLabel('A row for each').selectOption('model')
  await page.reload()
  await expect(page.getByLabel('A row for each')).toHaveValue('model')
  await expect(page.getByRole('row', { name: /^vllm 39/ })).toBeVisible()
  await expect(page.locator('svg.line')).toHaveCount(1)
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axe(page)).toEqual([])
  }
  await expectFits(page, 1440)
  expect(others).toEqual([])
  expect(seen.problems).toEqual([])
})
