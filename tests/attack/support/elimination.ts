/** A linear combination of given rows: the coefficient of every row, and the columns that are left. */
export interface Combination {
  coefficients: Map<number, number>
  support: number[]
}

/** A prime whose products stay below 2^53. Incidence matrices are as independent over its field as over the rationals, short of a freak. */
const PRIME = 67_108_859

/** The reduced row echelon form of 0/1 rows (each given by its columns), with how each of its rows came about. */
export function eliminate(rows: number[][], columns: number): Combination[] {
  const matrix = rows.map((row, i) => {
    const line = new Float64Array(columns + rows.length)
    for (const column of row) line[column] = 1
    line[columns + i] = 1
    return line
  })
  let rank = 0
  for (let column = 0; column < columns && rank < matrix.length; column++) {
    const pivot = matrix.findIndex((line, i) => i >= rank && line[column] !== 0)
    if (pivot < 0) continue
    ;[matrix[rank], matrix[pivot]] = [matrix[pivot]!, matrix[rank]!]
    scale(matrix[rank]!, invert(matrix[rank]![column]!))
    for (const [i, line] of matrix.entries())
      if (i !== rank && line[column] !== 0) subtract(line, matrix[rank]!, column)
    rank++
  }
  return matrix.slice(0, rank).map((line) => describe(line, columns))
}

function scale(line: Float64Array, factor: number): void {
  for (let i = 0; i < line.length; i++) line[i] = (line[i]! * factor) % PRIME
}

function subtract(line: Float64Array, pivot: Float64Array, column: number): void {
  const factor = PRIME - line[column]!
  for (let i = 0; i < line.length; i++) line[i] = (line[i]! + factor * pivot[i]!) % PRIME
}

/** The inverse in the field, by Fermat. */
function invert(value: number): number {
  let [result, base] = [1, value]
  for (let exponent = PRIME - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % PRIME
    base = (base * base) % PRIME
  }
  return result
}

function describe(line: Float64Array, columns: number): Combination {
  const nonZero = [...line.keys()].filter((i) => line[i] !== 0)
  const signed = (value: number) => (value > PRIME / 2 ? value - PRIME : value)
  return {
    support: nonZero.filter((i) => i < columns),
    coefficients: new Map(nonZero.filter((i) => i >= columns).map((i) => [i - columns, signed(line[i]!)])),
  }
}
