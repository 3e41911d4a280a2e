/** A function that calls `act` once `ms` have passed without a further call of it. */
export function debounce(act: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    if (timer !== undefined) clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      act()
    }, ms)
  }
}
