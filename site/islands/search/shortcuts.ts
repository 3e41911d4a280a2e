/** Opens the search on a click, on `/` and on Ctrl K or ⌘ K. Its script is loaded then. */
export function startSearch(document: Document): void {
  const button = document.getElementById('search-open') as HTMLButtonElement | null
  if (!button) return
  const open = async () => (await import('./dialog.ts')).openSearch(document, button)
  button.addEventListener('click', open)
  document.addEventListener('keydown', (event) => {
    if (!asksForSearch(event)) return
    event.preventDefault()
    open()
  })
}

/** `/` is a letter where someone writes. */
function asksForSearch({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey) return !isCode(target)
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isWritable(target)
}

const isCode = (target: EventTarget | null) => target instanceof Element && target.closest('.cm-editor') !== null

function isWritable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}
