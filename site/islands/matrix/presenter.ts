import { element } from '../../lib/dom.ts'
import type { Relation } from '../../lib/matrix/baseline.ts'
import type { Entry, Matrix } from '../../lib/matrix/entries.ts'
import type { Grid } from '../../lib/matrix/select.ts'
import type { MatrixState } from '../../lib/matrix/state.ts'

/** The filter state and everything derived from it. */
export interface Shown {
  document: Document
  matrix: Matrix
  state: MatrixState
  grid: Grid
  relation: (entry: Entry) => Relation | undefined
}
export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey'>
/** One way to show figures inside the pane. */
export interface Presenter {
  /** Shows the result of a filter, from the top. */
  show: (shown: Shown) => void
  /** Called when the pane scrolls or the window is resized. */
  scrolled?: () => void
  /** Handles a key; returns whether it did. */
  keyed?: (target: Element, pressed: Pressed) => boolean
  /** Shows more rows below. */
  grow?: () => void
}

/** A button that shows more; null if everything is shown. */
export function growButton(document: Document, rest: number, what: string): HTMLElement | null {
  if (rest <= 0) return null
  return element(
    document,
    'p',
    { class: 'grow' },
    element(document, 'button', { class: 'button', type: 'button', id: 'grow' }, `${rest} more ${what}`),
  )
}
