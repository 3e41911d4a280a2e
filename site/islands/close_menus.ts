/** Closes the open menu of the header on Escape, on a click elsewhere, and when the focus leaves it. Without a script only its summary closes it. */
export function closeMenus(document: Document): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('.site-nav details')) {
    const close = () => {
      menu.open = false
    }
    document.addEventListener('click', ({ target }) => {
      if (!menu.contains(target as Node)) close()
    })
    menu.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget as Node)) close()
    })
    menu.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || !menu.open) return
      close()
      menu.querySelector('summary')!.focus()
    })
  }
}
