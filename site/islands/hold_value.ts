type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** Remembers what a control asks for; the function that it returns sets it to that. What is not a control is left as it is. */
export function holdValue(target: EventTarget): () => void {
  if (!isField(target) || target.type === 'file') return () => {}
  if (!(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type))) {
    const { value } = target
    return () => Object.assign(target, { value })
  }
  const { checked } = target
  return () => Object.assign(target, { checked })
}

function isField(target: EventTarget): target is Field {
  return [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement].some((kind) => target instanceof kind)
}
