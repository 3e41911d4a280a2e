const SHOWN_MS = 2000

/** Copies a text and says so on the button; where the browser does not allow it, the text is shown to be copied by hand. */
export async function copyText(document: Document, button: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    const label = button.textContent
    button.textContent = 'Copied'
    setTimeout(() => {
      if (button.textContent === 'Copied') button.textContent = label
    }, SHOWN_MS)
  } catch {
    const field = document.createElement('input')
    Object.assign(field, { value: text, readOnly: true, size: 40 })
    field.setAttribute('aria-label', `${button.textContent}: copy this text`)
    button.replaceWith(field)
    field.select()
  }
}
