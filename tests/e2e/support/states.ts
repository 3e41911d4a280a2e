import { expect, type Page } from '@playwright/test'

/** A state of the site that a visitor can bring about. `reach` starts at any page and ends in the state. */
export interface State {
  name: string
  /** The part of the page that the state is about: the rest is looked at as the page opens. */
  part: string
  reach: (page: Page) => Promise<void>
}

/** The states of every page that has any besides how it opens. */
export const STATES: State[] = [
  {
    name: 'the menu open',
    part: '.site-head',
    reach: async (page) => {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto('/docs/')
      await page.locator('.site-nav summary').click()
    },
  },
  {
    name: 'the search with results',
    part: '.search',
    reach: async (page) => {
      await page.goto('/docs/')
      await page.keyboard.press('/')
      await page.getByRole('combobox', { name: /Search/ }).fill('4090')
      await expect(page.getByRole('option').first()).toBeVisible()
    },
  },
  {
    name: 'the search without a result',
    part: '.search',
    reach: async (page) => {
      await page.goto('/docs/')
      await page.keyboard.press('/')
      await page.getByRole('combobox', { name: /Search/ }).fill('no such thing')
      await expect(page.getByText('Nothing by that name.')).toBeVisible()
    },
  },
  {
    name: 'versions of one GPU',
    part: '#index-form',
    reach: async (page) => {
      await page.goto('/versions/?gpu=amd-radeon-8060s&engine=llama.cpp')
      await expect(page.locator('#index-count')).toContainText(' of ')
    },
  },
  {
    name: 'filters that leave no figure',
    part: '.folded',
    reach: async (page) => {
      await page.goto('/gpus/?vendor=AMD&memory=192&class=Consumer')
      await expect(page.locator('#index-none')).toBeVisible()
    },
  },
  {
    name: 'a name in the address that nothing has',
    part: '#index-form',
    reach: async (page) => {
      await page.goto('/versions/?gpu=no-such-gpu')
      await expect(page.locator('#index-note')).toBeVisible()
    },
  },
  {
    name: 'the matrix with its filters open and two chosen',
    part: '#filters',
    reach: async (page) => {
      await page.goto('/?engine=vllm&engine=llama.cpp')
      await expect(page.locator('#filter-count')).toHaveText('(1)')
      await page.locator('#more-filters').click()
      await expect(page.locator('#facets')).toBeVisible()
    },
  },
  {
    name: 'the dialog of a cell',
    part: '#more',
    reach: async (page) => {
      await page.goto('/')
      await page.locator('a.more:visible').first().click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  {
    name: 'a matrix that no filter leaves',
    part: '#table',
    reach: async (page) => {
      await page.goto('/?search=no+such+model')
      await expect(page.locator('#table .empty')).toBeVisible()
    },
  },
  {
    name: 'a matrix whose figures cannot be loaded',
    part: '#shown',
    reach: async (page) => {
      await page.route('**/matrix.json', (route) => route.abort())
      await page.goto('/?metric=ttft_ms')
      await expect(page.locator('#extent')).toContainText('could not be loaded')
      await page.unroute('**/matrix.json')
    },
  },
  {
    name: 'the matrix against a baseline',
    part: '.bar-row',
    reach: async (page) => {
      await page.goto('/?base=nvidia-rtx-5070')
      await expect(page.locator('.grid td small', { hasText: /[▲▼]/ }).first()).toBeVisible()
    },
  },
  {
    name: 'the list on a log scale',
    part: '.figure-list thead',
    reach: async (page) => {
      await page.goto('/?view=list&scale=log')
      await expect(page.locator('.figure-list tbody tr').first()).toBeVisible()
    },
  },
  {
    name: 'an answer that no run gives',
    part: '#answer',
    reach: async (page) => {
      await page.goto('/which-gpu/?model=openai--gpt-oss-20b&tps=99999')
      await expect(page.locator('#answer')).toContainText('No measured result')
    },
  },
  {
    name: 'an estimate where nothing was measured',
    part: '#answer',
    reach: async (page) => {
      await page.goto('/?have=nvidia-rtx-4090&model=qwen--qwen3-32b')
      await expect(page.locator('.estimate')).toBeVisible()
    },
  },
  {
    name: 'a question about a GPU that is not known',
    part: '#answer',
    reach: async (page) => {
      await page.goto('/?have=toaster')
      await expect(page.locator('#answer')).toContainText('no GPU called “toaster”')
    },
  },
  {
    name: 'a service level that no run holds',
    part: '#answer',
    reach: async (page) => {
      await page.goto('/serving/?ttft=1&tps=5000')
      await expect(page.locator('#answer')).toContainText('No measured configuration')
    },
  },
  {
    name: 'serving with own prices and a quote, every option and a point of the curve',
    part: '.answer',
    reach: async (page) => {
      await page.goto('/serving/?price=2&kwh=0.3&api-out=2')
      await expect(page.locator('#hosted')).toContainText('By your quote')
      for (const summary of await page.locator('.answer summary').all()) await summary.click()
      await page.locator('.curve').press('ArrowLeft')
      await expect(page.locator('.curve-note')).toContainText('per user')
    },
  },
  {
    name: 'three GPUs compared',
    part: '.contrast',
    reach: async (page) => {
      await page.goto('/compare/?gpus=amd-mi300x,nvidia-h100-sxm5-80gb,nvidia-a100-sxm4-40gb')
      await expect(page.locator('#comparison .answer-head').nth(1)).toBeVisible()
    },
  },
  {
    name: 'GPUs that were never measured alike',
    part: '#comparison',
    reach: async (page) => {
      await page.goto('/compare/?gpus=none-a,none-b')
      await expect(page.locator('#comparison .note')).toBeVisible()
    },
  },
]
