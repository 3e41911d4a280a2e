import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { sql } from '@codemirror/lang-sql'
import { bracketMatching } from '@codemirror/language'
import { EditorSelection, EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { SchemaTable } from '../../../lib/explore/schema.ts'
import type { SqlField } from '../sql_field.ts'
import { completeColumns, toNamespace } from './completion.ts'
import { createDialect } from './dialect.ts'
import { editorTheme } from './theme.ts'
import { typeOver } from './type_over.ts'
import { setWrongLine, wrongLine } from './wrong_line.ts'

interface EditorOptions {
  /** An empty element that becomes the editor. */
  host: HTMLElement
  text: string
  selection: { from: number; to: number }
  tables: readonly SchemaTable[]
  label: string
  onRun: () => void
}

/**
 * CodeMirror in a shadow root of `host`. Only there it uses constructed style sheets, which the content security policy allows, in place of
 * a style element, which the policy blocks.
 */
export function createEditor({ host, text, selection, tables, label, onRun }: EditorOptions): SqlField {
  const root = host.attachShadow({ mode: 'open' })
  const end = Math.min(selection.to, text.length)
  const state = EditorState.create({
    doc: text,
    selection: EditorSelection.single(Math.min(selection.from, end), end),
    extensions: [runKeys(onRun), editing(label), language(tables), wrongLine, editorTheme],
  })
  return toField(new EditorView({ state, root, parent: root }))
}

function editing(label: string): Extension {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    typeOver,
    // Escape, then Tab leaves the editor: CodeMirror lets the next Tab through after an Escape.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', autocapitalize: 'off', spellcheck: 'false' }),
  ]
}

function language(tables: readonly SchemaTable[]): Extension {
  const names = tables.flatMap((table) => [table.name, ...table.columns.map((column) => column.name)])
  const dialect = createDialect(new Set(names))
  return [
    sql({ dialect, schema: toNamespace(tables), upperCaseKeywords: true }),
    dialect.language.data.of({ autocomplete: completeColumns(tables) }),
  ]
}

/** Ctrl+Enter and Cmd+Enter run the query; they take precedence over the binding that inserts a line. */
function runKeys(onRun: () => void): Extension {
  const run = () => {
    onRun()
    return true
  }
  return Prec.highest(
    keymap.of([
      { key: 'Mod-Enter', run },
      { key: 'Ctrl-Enter', run },
    ]),
  )
}

function toField(view: EditorView): SqlField {
  return {
    read: () => view.state.doc.toString(),
    write: (text) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, scrollIntoView: true }),
    insert(name) {
      const { from, to } = view.state.selection.main
      const text = name(view.state.sliceDoc(0, from))
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        scrollIntoView: true,
      })
    },
    focus: () => view.focus(),
    markLine: (line) => view.dispatch({ effects: setWrongLine.of(line) }),
  }
}
