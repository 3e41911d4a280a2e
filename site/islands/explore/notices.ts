import { formatBytes } from '../../lib/format.ts'
import type { Step } from './start_database.ts'

export interface Notices {
  /** Shows one line, which screen readers announce. */
  say(text: string): void
  /** The pending step with its progress; null for none. Screen readers announce a new step, not every byte. */
  step(step: Step | null): void
  /** An error message; null for none. `retry` offers to try again. */
  problem(text: string | null, retry?: boolean): void
}

/** The status lines under the editor. */
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
