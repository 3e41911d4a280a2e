import { holdValue } from './hold_value.ts'

const TYPES = ['click', 'input', 'change', 'focusin', 'pointerover']

/**
 * Keeps what a visitor does inside `root` before its script has arrived: on a slow connection a press of a button would else be lost. The
 * function that it returns ends the keeping and does it all again, in the same order. Keys are not kept: without a script, links do what they say.
 */
export function keepEarlyInput(root: HTMLElement): () => void {
  const kept: (() => void)[] = []
  const keep = ({ target, type }: Event) => {
    const button = (target as Element).closest('button')
    if (type !== 'click') kept.push(eventAgain(target!, type))
    else if (button) kept.push(() => button.click())
  }
  for (const type of TYPES) root.addEventListener(type, keep, true)
  return () => {
    for (const type of TYPES) root.removeEventListener(type, keep, true)
    for (const again of kept) again()
  }
}

/** The event once more, on a control that asks for what it asked for then: the script sets the controls to the state of the address. */
function eventAgain(target: EventTarget, type: string): () => void {
  const setValue = ['input', 'change'].includes(type) ? holdValue(target) : () => {}
  return () => {
    setValue()
    target.dispatchEvent(new Event(type, { bubbles: true }))
  }
}
