import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/**
 * Replaces a selection by typed text in the editor, not in the browser: Chromium would copy the style of the replaced text into a style
 * attribute, which the content security policy blocks with an error in the console.
 */
export const typeOver: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data
    if (event.inputType !== 'insertText' || event.isComposing || text === null) return false
    const { from, to } = selectedRange(view)
    if (from === to) return false
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: 'input.type',
        scrollIntoView: true,
      })
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))
    if (!isHandled) view.dispatch(insert())
    event.preventDefault()
    return true
  },
})

/** The selection of the browser: that of the editor lags behind it. */
function selectedRange(view: EditorView): { from: number; to: number } {
  const root = view.root as Partial<DocumentOrShadowRoot> & { getSelection?: () => Selection | null }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = root.getSelection?.() ?? ({} as Partial<Selection>)
  if (!anchorNode || !focusNode || !view.contentDOM.contains(anchorNode)) return view.state.selection.main
  const ends = [view.posAtDOM(anchorNode, anchorOffset), view.posAtDOM(focusNode, focusOffset)] as const
  return { from: Math.min(...ends), to: Math.max(...ends) }
}
