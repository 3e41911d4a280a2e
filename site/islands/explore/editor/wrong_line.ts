import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'

/** Marks the line, counted from 1, of an error; null clears the mark. */
export const setWrongLine = StateEffect.define<number | null>()

const decoration = Decoration.line({ class: 'cm-wrong' })

/** Shows the mark until the text changes. */
export const wrongLine: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { docChanged, effects, newDoc }) {
    let result = docChanged ? Decoration.none : marks
    for (const effect of effects) {
      if (!effect.is(setWrongLine)) continue
      const known = effect.value !== null && effect.value >= 1 && effect.value <= newDoc.lines
      result = known ? Decoration.set(decoration.range(newDoc.line(effect.value!).from)) : Decoration.none
    }
    return result
  },
  provide: (field) => EditorView.decorations.from(field),
})
