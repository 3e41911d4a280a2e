/** What an error of DuckDB says, in its own words, and the line that it points at. */
export interface QueryError {
  words: string
  /** Counted from 1; null where the error points at none. */
  line: number | null
}

/** Reads the message of an error. Those of the parser come as JSON. */
export function readQueryError(message: string): QueryError {
  const words = message === 'no statements' ? 'There is no statement in the query.' : unwrap(message)
  const found = /^LINE (\d+):/m.exec(words)
  return { words, line: found ? Number(found[1]) : null }
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
