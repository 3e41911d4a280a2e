import { element } from '../../lib/dom.ts'
import type { Relation } from '../../lib/matrix/baseline.ts'
import type { Entry, Matrix } from '../../lib/matrix/entries.ts'
import type { Grid } from '../../lib/matrix/select.ts'
import type { MatrixState } from '../../lib/matrix/state.ts'

/** What is shown: the state and all that follows from it. */
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
  /** Shows the result of a filter from its beginning. */
  show: (shown: Shown) => void
  /** Called on scrolling and on a new size of the window. */
  scrolled?: () => void
  /** A key; returns whether it was used. */
  keyed?: (target: Element, pressed: Pressed) => boolean
  /** More of the same, below. */
  grow?: () => void
}

/** A button that shows more of what there is; null where all is shown. */
export function growButton(document: Document, rest: number, what: string): HTMLElement | null {
  if (rest <= 0) return null
  return element(
    document,
    'p',
    { class: 'grow' },
    element(document, 'button', { class: 'button', type: 'button', id: 'grow' }, `${rest} more ${what}`),
  )
}
