/** The width of a step below 100, and the least count that is published of what there is. */
const STEP = 5

/**
 * The step that a count of community data is published as: the nearest multiple of 5, from 100 on two significant digits; 5 stands for 1 to 7.
 * The bound between provisional and ranked figures, 8 contributors, lies between two steps, so that evidence says no more than the count.
 */
export function stepCount(count: number): number {
  const unit = count < 100 ? STEP : 10 ** (String(count).length - 2)
  return count === 0 ? 0 : Math.max(STEP, unit * Math.round(count / unit))
}

/** `stepCount` as an expression of DuckDB, of a whole number or null. */
export function stepCountSql(count: string): string {
  const unit = `if(${count} < 100, ${STEP}, 10 ** (length(${count}::BIGINT::VARCHAR) - 2))`
  return `if(${count} > 0, greatest(${STEP}, ${unit} * round(${count} / ${unit})), ${count})::INTEGER`
}
