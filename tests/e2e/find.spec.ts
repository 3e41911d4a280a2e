import { expect, type Page, test } from '@playwright/test'
import { watch } from './support/site.ts'
import { visitor } from './support/visitor.ts'

const WIDTHS = [1440, 390]

const menu = (page: Page) => page.getByRole('navigation', { name: 'Main' })

for (const width of WIDTHS) {
  test(`at ${width} px: is llama.cpp on a Radeon 8060S slower lately?`, async ({ page }) => {
    const seen = watch(page)
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/')
    const { act, openMenu } = visitor(page)
    await openMenu()
    await act(menu(page).getByRole('link', { name: 'Versions' }).click())
    await act(page.getByLabel('Engine', { exact: true }).selectOption({ label: 'llama.cpp' }))
    await act(page.getByLabel('GPU', { exact: true }).selectOption('amd-radeon-8060s'))
    const answer = page.locator('#index-count')
    await expect(answer).toContainText(
      /\d+ slower, \d+ faster, \d+ no clear change\. Last measured: llama\.cpp b\d+, \d{4}-\d\d, /,
    )
    await expect(answer).toBeInViewport()
    await expect(page).toHaveURL('/versions/?engine=llama.cpp&gpu=amd-radeon-8060s')
    const rows = page.locator('#index-table tbody tr:visible')
    await expect(rows.first()).toContainText('8060S')
    await expect(rows.first()).toContainText(/\d{4}-\d\d, (this month|\d+ months? ago)/)
    expect(seen.problems).toEqual([])
  })

  test(`at ${width} px: what does telemetry record, and what do I get?`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/')
    const { act, openMenu } = visitor(page)
    await openMenu()
    await act(menu(page).getByText('Data', { exact: true }).click())
    await act(menu(page).getByRole('link', { name: 'Documentation' }).click())
    await act(page.getByRole('link', { name: 'Contributors' }).click())
    await expect(page.getByRole('heading', { name: 'What telemetry records' })).toBeVisible()
    await expect(page.getByText('Never a prompt, an answer or a name.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'What you get' })).toBeVisible()
  })

  test(`at ${width} px: a nickname leads to its GPU, and a figure to its source and how to reproduce it`, async ({
    page,
  }) => {
    const seen = watch(page)
    await page.setViewportSize({ width, height: 844 })
    await page.goto('/docs/')
    const { act } = visitor(page)
    await act(page.getByRole('button', { name: 'Search' }).click())
    await act(page.getByRole('combobox', { name: /Search/ }).fill('strix halo'))
    await expect(page.getByRole('option').first()).toContainText('8060S')
    await act(page.keyboard.press('Enter'))
    await expect(page).toHaveURL('/gpus/amd-radeon-8060s/')
    await expect(page.locator('.answer-line')).toContainText(/^One user gets .* tok\/s .* 8060S/)
    await act(page.locator('.own-figures td.speed a').first().click())
    await expect(page.locator('.answer-line')).toContainText(/runs?.*\(\d+ observations?\)/)
    await expect(page.getByRole('link', { name: 'How it was measured' })).toBeVisible()
    await expect(page.locator('.facts').first()).toContainText(/Output tokens\s*[≤\d]/)
    await expect(page.getByRole('region', { name: /Commands to reproduce/ })).toBeVisible()
    expect(seen.problems).toEqual([])
  })
}

test('vLLM on MI300X: the long series from 0.6.6 to 0.9.1 is one row', async ({ page }) => {
  await page.goto('/versions/?engine=vllm&gpu=amd-mi300x')
  const rows = page.locator('#index-table tbody tr:visible')
  await expect(rows.filter({ hasText: /0\.6\.6 → 0\.7\.3 → 0\.8\.5 → 0\.9\.0\.1 → 0\.9\.1/ }).first()).toBeVisible()
})

test('the search is a combobox that keys open, move through and close, and that typing elsewhere does not open', async ({
  page,
}) => {
  await page.goto('/gpus/')
  await expect(page.getByRole('button', { name: 'Search' })).toBeVisible()
  const input = page.getByRole('combobox', { name: /Search/ })
  await page.getByLabel('Search', { exact: true }).fill('a/b')
  await expect(input).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await input.fill('RTX 40')
  const selected = page.locator('[role=option][aria-selected=true]')
  await expect(selected).toHaveCount(1)
  const first = await selected.getAttribute('id')
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => selected.getAttribute('id')).not.toBe(first)
  const second = await selected.getAttribute('id')
  await expect(input).toHaveAttribute('aria-activedescendant', second!)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('option').last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(input).toBeHidden()
})

test('without a script the menu opens on a phone, and there is no search that does nothing', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto('/docs/')
  await expect(page.locator('#search-open')).toBeHidden()
  await expect(menu(page).getByRole('link', { name: 'GPUs' })).toBeHidden()
  await page.getByRole('button', { name: 'Menu' }).click()
  await menu(page).getByRole('link', { name: 'GPUs' }).click()
  await expect(page).toHaveURL('/gpus/')
  await context.close()
})

test('every page leads to the licences of what the site ships', async ({ page, request }) => {
  await page.goto('/docs/')
  const address = await page.getByRole('contentinfo').getByRole('link', { name: 'Licences' }).getAttribute('href')
  const text = await (await request.get(address!)).text()
  for (const name of [
    '@codemirror/view',
    '@observablehq/plot',
    'apache-arrow',
    '@duckdb/duckdb-wasm',
    'LLM-Inference-Bench',
  ])
    expect(text, name).toContain(name)
  expect(text).toContain('Permission is hereby granted, free of charge')
  expect(text).toContain('Redistribution and use in source and binary forms')
})
