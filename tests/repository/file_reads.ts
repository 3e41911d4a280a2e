import ts from 'typescript'
import { codeOf, readSpecifiers } from './import_graph.ts'

/** What the files of a folder may read at run time, where no import shows it. */
export interface ReadRules {
  /** The folder that the rules are for, with its slash. */
  folder: string
  /** Paths that no text in the code may name. */
  forbidden: RegExp
  /** Files that may read files, with what they read. */
  readers: Readonly<Record<string, string>>
  /** Files that name forbidden paths in words only, with the reason. */
  words: Readonly<Record<string, string>>
}

/** Modules by which a file could be read, or a program started that reads it. */
const READING = /^(node:)?(fs|fs\/promises|child_process|sqlite)$/

/** One line per file that reads files without being listed, per forbidden path in a text, and per listing that is not needed any more. */
export function findForbiddenReads(files: ReadonlyMap<string, string>, rules: ReadRules): string[] {
  const own = [...files].filter(([path]) => path.startsWith(rules.folder))
  const reading = own.filter(([path, text]) => readSpecifiers(path, text).some((name) => READING.test(name)))
  const naming = own.flatMap(([path, text]) =>
    textsOf(path, text).flatMap((found) => (rules.forbidden.test(found) ? [{ path, found }] : [])),
  )
  return [
    ...reading.flatMap(([path]) => (path in rules.readers ? [] : [`${path} reads files`])),
    ...naming.flatMap(({ path, found }) => (path in rules.words ? [] : [`${path} names ${found}`])),
    ...stale(
      rules.readers,
      reading.map(([path]) => path),
    ),
    ...stale(
      rules.words,
      naming.map(({ path }) => path),
    ),
  ]
}

function stale(listed: Readonly<Record<string, string>>, found: string[]): string[] {
  return Object.keys(listed).flatMap((path) => (found.includes(path) ? [] : [`${path} is listed without need`]))
}

/** The texts in the code of a file: string literals and the fixed parts of templates. Comments are none. */
function textsOf(path: string, text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, codeOf(path, text), ts.ScriptTarget.Latest))
  return found
}
