type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** Captures the value of a control; returns a function that restores it. Other targets are left alone. */
export function captureValue(target: EventTarget): () => void {
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
