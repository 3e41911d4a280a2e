import { captureValue } from './capture_value.ts'

const TYPES = ['click', 'input', 'change', 'focusin', 'pointerover']

/**
 * Records events inside `root` until its script has loaded: on a slow connection a click would be lost otherwise. Returns a function that
 * stops recording and replays the events in order. Keys are not recorded: links work without a script.
 */
export function recordEarlyInput(root: HTMLElement): () => void {
  const replays: (() => void)[] = []
  const record = ({ target, type }: Event) => {
    const button = (target as Element).closest('button')
    if (type !== 'click') replays.push(replayOf(target!, type))
    else if (button) replays.push(() => button.click())
  }
  for (const type of TYPES) root.addEventListener(type, record, true)
  return () => {
    for (const type of TYPES) root.removeEventListener(type, record, true)
    for (const replay of replays) replay()
  }
}

/** Dispatches the event again, after restoring the value that its control had: the script has set the controls by the address since. */
function replayOf(target: EventTarget, type: string): () => void {
  const restoreValue = ['input', 'change'].includes(type) ? captureValue(target) : () => {}
  return () => {
    restoreValue()
    target.dispatchEvent(new Event(type, { bubbles: true }))
  }
}
