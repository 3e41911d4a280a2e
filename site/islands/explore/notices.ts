import { formatBytes } from '../../lib/format.ts'
import type { Step } from './start_database.ts'

export interface Notices {
  /** One line that is read out. */
  say(text: string): void
  /** What is being waited for, with a bar; null: nothing. Only a new kind of step is read out, not every byte. */
  step(step: Step | null): void
  /** What went wrong, in the words given; null: nothing. `retry` offers to try again. */
  problem(text: string | null, retry?: boolean): void
}

/** The lines under the editor that tell what goes on. */
export function createNotices(byId: (id: string) => HTMLElement): Notices {
  const bar = byId('progress') as HTMLProgressElement
  let last = ''
  const say = (text: string) => {
    byId('status').textContent = text
  }
  return {
    say,
    step(step) {
      byId('loading').hidden = step?.received === undefined
      if (!step) {
        last = ''
        return
      }
      if (step.text !== last) say(`${step.text} …`)
      last = step.text
      if (step.received === undefined || step.total === undefined) return
      bar.max = step.total
      bar.value = step.received
      byId('progress-text').textContent = `${formatBytes(step.received)} of ${formatBytes(step.total)}`
    },
    problem(text, retry = false) {
      byId('problem').hidden = text === null
      byId('error').textContent = text ?? ''
      byId('retry').hidden = !retry
    },
  }
}
