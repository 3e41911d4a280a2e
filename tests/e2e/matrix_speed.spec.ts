import { expect, test } from '@playwright/test'
import { generateMatrix } from '../site/matrix_corpus.ts'

/** What the page promises, on a processor four times slower than this one. */
const BUDGET_MS = 50
const SLOW_DOWN = 4
/** Machines are shared: the quietest of a few rounds tells what the page costs, a noisy one what the others do. */
const ROUNDS = 4
const STEPS = 20

test('with 20,000 figures and a processor slowed down fourfold, a filter is painted within 50 ms (p95)', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const body = JSON.stringify(generateMatrix())
  await page.route('**/matrix.json', (route) => route.fulfill({ contentType: 'application/json', body }))
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/?metric=decode_tps')
  await expect(page.locator('#extent')).toContainText('20,000 figures')
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN })
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const times = await page.evaluate(measureFilters, STEPS)
    rounds.push(times.sort((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1]!)
    if (rounds.at(-1)! <= BUDGET_MS) break
  }
  console.log(
    `filter to paint at 20,000 figures, ${SLOW_DOWN}× slower, p95 by round: ${rounds.map((ms) => `${ms.toFixed(1)} ms`).join(', ')}`,
  )
  expect(Math.min(...rounds)).toBeLessThanOrEqual(BUDGET_MS)
})

/** Runs in the page: changes a filter and waits for the frame that shows it; returns the milliseconds of each change. */
async function measureFilters(steps: number): Promise<number[]> {
  const search = document.getElementById('search') as HTMLInputElement
  const metric = document.querySelectorAll<HTMLInputElement>('[name=matters]')
  const times: number[] = []
  for (let step = 0; step < steps; step++) {
    // What follows a change, such as the counts, may end first: a visitor does not type faster.
    await new Promise((done) => setTimeout(done, 250))
    await new Promise((done) => requestAnimationFrame(done))
    const start = performance.now()
    if (step % 2 === 0) {
      search.value = ['model 1', 'instruct', '模型', ''][(step / 2) % 4]!
      search.dispatchEvent(new Event('input', { bubbles: true }))
    } else {
      metric[step % 4 === 1 ? 1 : 0]!.checked = true
      metric[step % 4 === 1 ? 1 : 0]!.dispatchEvent(new Event('input', { bubbles: true }))
    }
    // A message sent in a frame arrives after its style, layout and paint.
    await new Promise<void>((done) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => done()
        channel.port2.postMessage(0)
      })
    })
    times.push(performance.now() - start)
  }
  return times
}
