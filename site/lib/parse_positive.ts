/** A number above zero; null for anything else. */
export function parsePositive(text: string | null): number | null {
  const value = Number(text)
  return text && Number.isFinite(value) && value > 0 ? value : null
}
