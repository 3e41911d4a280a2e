/** The field of the query: a text area at first, later the editor. */
export interface SqlField {
  read(): string
  write(text: string): void
  /** Inserts a text at the cursor; `name` derives it from the text before the cursor. */
  insert(name: (before: string) => string): void
  focus(): void
  /** Marks the line, counted from 1, in which an error was found. */
  markLine(line: number | null): void
}
