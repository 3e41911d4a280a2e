import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import type { SQLNamespace } from '@codemirror/lang-sql'
import { type SchemaTable, tablesNamedIn } from '../../../lib/explore/schema.ts'

/** The tables with their columns, to complete a name after `table.` or an alias. */
export function toNamespace(tables: readonly SchemaTable[]): SQLNamespace {
  return Object.fromEntries(tables.map((table) => [table.name, columnsOf(table)]))
}

/** Completes unqualified column names of every table in the query. */
export function completeColumns(tables: readonly SchemaTable[]): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.]*/)
    if (!word || word.text.includes('.') || (word.from === word.to && !context.explicit)) return null
    const options = tablesNamedIn(context.state.doc.toString(), tables).flatMap((table) => columnsOf(table))
    return { from: word.from, options: unique(options), validFor: /^\w*$/ }
  }
}

function columnsOf({ name: table, columns }: SchemaTable): Completion[] {
  return columns.map(({ name, type, unit, about }) => ({
    label: name,
    type: 'property',
    detail: unit === '' || unit === '1' ? type : `${type}, ${unit}`,
    info: `${table}: ${about}`,
    boost: 1,
  }))
}

/** Without duplicates: tables share many of their columns. */
function unique(options: Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()]
}
