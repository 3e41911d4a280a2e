import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'

/** What a file imports: files of this repository by path, packages by name. */
export interface Imports {
  files: string[]
  packages: string[]
}
export type ImportGraph = Map<string, Imports>

/** Which top folders the files of a top folder may import from. A folder that is not named may import anything. */
export type FolderRules = Record<string, readonly string[]>

const SOURCE = /\.(ts|mts|js|mjs|astro)$/

/** Reads the imports of source files, given as path → text. Type-only and dynamic imports count like any other. */
export function buildImportGraph(files: ReadonlyMap<string, string>): ImportGraph {
  const graph: ImportGraph = new Map()
  for (const [path, text] of files) if (SOURCE.test(path)) graph.set(path, readImports(path, text))
  return graph
}

/** One line per import that leads from a folder into one it may not import from. */
export function findForbiddenImports(graph: ImportGraph, rules: FolderRules): string[] {
  const found: string[] = []
  for (const [path, { files }] of graph) {
    const allowed = rules[topFolder(path)]
    if (allowed === undefined) continue
    for (const file of files) {
      const isAllowed = allowed.some((folder) => file.startsWith(`${folder}/`))
      if (topFolder(file) !== topFolder(path) && !isAllowed) found.push(`${path} imports ${file}`)
    }
  }
  return found
}

/** Every cycle that a depth-first search meets, as `a → b → a`. */
export function findCycles(graph: ImportGraph): string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: string[]) => {
    const at = trail.indexOf(path)
    if (at >= 0) cycles.push([...trail.slice(at), path].join(' → '))
    if (at >= 0 || done.has(path)) return
    for (const file of graph.get(path)?.files ?? []) visit(file, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return cycles
}

/** The packages that files under any of the folders import, each with one file that does. */
export function packagesUsedIn(graph: ImportGraph, folders?: readonly string[]): Map<string, string> {
  const used = new Map<string, string>()
  for (const [path, { packages }] of graph) {
    if (folders !== undefined && !folders.includes(topFolder(path))) continue
    for (const name of packages) used.set(name, path)
  }
  return used
}

/** The first folder of a path; a file at the top is its own folder. */
export function topFolder(path: string): string {
  return path.split('/')[0] ?? path
}

function readImports(path: string, text: string): Imports {
  const imports: Imports = { files: [], packages: [] }
  for (const specifier of readSpecifiers(path, text)) {
    if (/^\.{1,2}\//.test(specifier)) imports.files.push(posix.join(posix.dirname(path), dropQuery(specifier)))
    else if (!isBuiltin(specifier)) imports.packages.push(packageName(specifier))
  }
  return imports
}

/** What a source file imports, as it is written. */
export function readSpecifiers(path: string, text: string): string[] {
  return ts.preProcessFile(codeOf(path, text), true, true).importedFiles.map(({ fileName }) => fileName)
}

/** The code of a source file; of an Astro component the parts that can import: the frontmatter and the scripts. */
export function codeOf(path: string, text: string): string {
  if (!path.endsWith('.astro')) return text
  const frontmatter = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? ''
  const scripts = [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '')
  return [frontmatter, ...scripts].join('\n')
}

function dropQuery(specifier: string): string {
  return specifier.replace(/\?.*$/, '')
}

/** Modules that Node or Astro themselves provide: `node:fs`, `fs`, `astro:assets`. */
function isBuiltin(specifier: string): boolean {
  return /^(node|astro|virtual):/.test(specifier) || builtinModules.includes(specifier)
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
