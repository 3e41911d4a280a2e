/** The day of a time as a row states it: `20250610-151148` and `2025-06-10T15:11:48` → `2025-06-10T00:00:00Z`. */
export function dayOf(time: string): string {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(time)
  if (match === null) throw new Error(`expected a time that begins with year, month and day, found "${time}"`)
  return `${match[1]}-${match[2]}-${match[3]}T00:00:00Z`
}
