/** A field that holds SQL: a plain text area at first, then the editor in its place. */
export interface SqlField {
  read(): string
  write(text: string): void
  /** Puts a text at the cursor; `name` makes it from what stands before. */
  insert(name: (before: string) => string): void
  focus(): void
  /** Marks the line, counted from 1, in which an error was found. */
  markLine(line: number | null): void
}
