/** Debounces `act`: it runs once `ms` have passed since the last call. */
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
