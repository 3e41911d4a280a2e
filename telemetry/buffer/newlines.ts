export const NEWLINE = 0x0a

/** How many newlines there are in the bytes before `end`. */
export function countNewlines(bytes: Buffer, end: number): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
