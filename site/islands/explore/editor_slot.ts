import type { SchemaTable } from '../../lib/explore/schema.ts'
import { retryable } from '../../lib/retryable.ts'
import type { SqlField } from './sql_field.ts'

interface SlotOptions {
  textarea: HTMLTextAreaElement
  /** The element around the text area and the place of the editor. */
  frame: HTMLElement
  host: HTMLElement
  tables: readonly SchemaTable[]
  onRun: () => void
}

/**
 * The field of the page. The text area works from the start; the editor is fetched when a pointer or the focus first comes near and takes its
 * place, with the text and the selection. Where it cannot be fetched, the text area stays.
 */
export function createSlot({ textarea, frame, host, tables, onRun }: SlotOptions): SqlField {
  let field = plainField(textarea)
  textarea.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onRun()
  })
  const upgrade = retryable(async () => {
    const { createEditor } = await import('./editor/create_editor.ts')
    // A touch keyboard closes when its field goes: wait until it is left.
    if (matchMedia('(pointer: coarse)').matches && hasFocus(textarea)) await leaving(textarea)
    const focused = hasFocus(textarea)
    const selection = { from: textarea.selectionStart, to: textarea.selectionEnd }
    const label = textarea.labels?.[0]?.textContent ?? ''
    host.hidden = false
    field = createEditor({ host, text: textarea.value, selection, tables, label, onRun })
    textarea.hidden = true
    if (focused) field.focus()
  })
  for (const event of ['pointerover', 'focusin', 'touchstart']) {
    frame.addEventListener(event, () => void upgrade().catch(() => {}), { once: true, passive: true })
  }
  return {
    read: () => field.read(),
    write: (text) => field.write(text),
    insert: (name) => field.insert(name),
    focus: () => field.focus(),
    markLine: (line) => field.markLine(line),
  }
}

function plainField(textarea: HTMLTextAreaElement): SqlField {
  return {
    read: () => textarea.value,
    write: (text) => {
      textarea.value = text
    },
    insert: (name) => {
      const { selectionStart, selectionEnd, value } = textarea
      textarea.setRangeText(name(value.slice(0, selectionStart)), selectionStart, selectionEnd, 'end')
    },
    focus: () => textarea.focus(),
    markLine: () => {},
  }
}

const hasFocus = (node: Element): boolean => node.ownerDocument.activeElement === node

function leaving(node: Element): Promise<unknown> {
  return new Promise((done) => node.addEventListener('blur', done, { once: true }))
}
