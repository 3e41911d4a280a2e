/** One thing wrong with one line. Columns count characters from 1. */
export interface Problem {
  column: number
  /** JSON path, `$` for the whole line. */
  path: string
  expected: string
  found: string
  fix: string
}

/** `path:line:column: $.key: expected …, found …. Fix: …` */
export function formatProblem(path: string, line: number, problem: Problem): string {
  const { column, expected, found, fix } = problem
  return `${path}:${line}:${column}: ${problem.path}: expected ${expected}, found ${found}. Fix: ${fix}.`
}
