/** Values for the `{name:Type}` places of a statement. */
export type Parameters = Record<string, string | number>

/**
 * One session of a ClickHouse: the temporary tables that a statement creates are there for the next one, and go when the session ends.
 * Statements run one at a time.
 */
export interface ClickhouseSession {
  /** Runs a statement without a result. Rejects with what the server says. */
  run(sql: string, parameters?: Parameters): Promise<void>
  /** The rows of a query, as objects of numbers, strings and nulls. Rejects with what the server says. */
  read<Row>(sql: string, parameters?: Parameters): Promise<Row[]>
  /** Adds rows, each with its values in the order of the table's columns. */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>
}
