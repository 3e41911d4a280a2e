import type { SchemaTable } from '../../lib/explore/schema.ts'
import { retryable } from '../../lib/retryable.ts'
import type { SqlField } from './sql_field.ts'

interface SlotOptions {
  textarea: HTMLTextAreaElement
  /** The element around the text area and the editor. */
  frame: HTMLElement
  host: HTMLElement
  tables: readonly SchemaTable[]
  onRun: () => void
}

/**
 * The SQL field of the page: a text area at first. The editor is fetched on the first pointer or focus event and replaces the text area,
 * keeping the text and the selection. If it cannot be fetched, the text area stays.
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
    // Removing a focused field closes a touch keyboard: wait until it loses the focus.
    if (matchMedia('(pointer: coarse)').matches && hasFocus(textarea)) await blurOf(textarea)
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

function blurOf(node: Element): Promise<unknown> {
  return new Promise((done) => node.addEventListener('blur', done, { once: true }))
}
