/** The message of a DuckDB error, and the line that it points at. */
export interface QueryError {
  message: string
  /** Counted from 1; null if the error names no line. */
  line: number | null
}

/** Reads a DuckDB error. Errors of the parser come as JSON. */
export function readQueryError(raw: string): QueryError {
  const message = raw === 'no statements' ? 'The query has no statement.' : unwrap(raw)
  const found = /^LINE (\d+):/m.exec(message)
  return { message, line: found ? Number(found[1]) : null }
}

function unwrap(message: string): string {
  if (!message.startsWith('{')) return message
  try {
    const { exception_type, exception_message } = JSON.parse(message) as Record<string, unknown>
    return typeof exception_message === 'string' ? `${exception_type} Error: ${exception_message}` : message
  } catch {
    return message
  }
}
