import type { Page } from '@playwright/test'

/** What stands for a look at a page: text that is cut, text over text, charts whose axes say nothing. Each is empty on a page that looks right. */
export interface Looks {
  clipped: string[]
  overlapping: string[]
  unlabelled: string[]
}

/** Looks at the page as it is shown at this moment. */
export function lookAt(page: Page): Promise<Looks> {
  return page.evaluate(findFlaws)
}

/** Runs in the page, so everything it needs is inside. */
function findFlaws(): Looks {
  interface Piece {
    node: Element
    text: string
    box: DOMRect
  }
  type Frame = Pick<DOMRect, 'left' | 'top' | 'right' | 'bottom'>
  const isShown = (node: Element) =>
    node.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
    !node.closest('.hidden-visually, .skip, [aria-hidden=true].gap')
  const ownText = (node: Element) =>
    [...node.childNodes].filter((child): child is Text => child instanceof Text && child.data.trim() !== '')
  const name = (node: Element, text: string) =>
    `<${node.localName}${node.className && typeof node.className === 'string' ? ` class="${node.className}"` : ''}> “${text.trim().slice(0, 60)}”`

  /** What each element that holds text lets through of its own, with what its ancestors do: asked once for each, as a page has thousands. */
  const windows = new Map<Element | null, Frame>()
  const windowOf = (node: Element | null): Frame => {
    if (node === null || node === document.body)
      return { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity }
    const known = windows.get(node)
    if (known) return known
    const outer = windowOf(node.parentElement)
    const frame = getComputedStyle(node).overflow === 'visible' ? outer : intersect(outer, node.getBoundingClientRect())
    windows.set(node, frame)
    return frame
  }
  const intersect = (one: Frame, other: Frame): Frame => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  })

  /** The part of a box that its scrolling ancestors let through; undefined where nothing is left. */
  const throughAncestors = (node: Element, box: DOMRect): DOMRect | undefined => {
    const { left, top, right, bottom } = intersect(windowOf(node), box)
    return right - left > 1 && bottom - top > 1 ? new DOMRect(left, top, right - left, bottom - top) : undefined
  }

  const holders = [...document.body.querySelectorAll('*')].filter((node) => ownText(node).length > 0 && isShown(node))

  /** Text wider than its box, where neither a scroll bar nor a title leads to the rest; of a cell of the matrix, a line below tells all. */
  const cutBoxes = holders
    .filter((node) => node instanceof HTMLElement)
    .filter((node) => node.clientWidth > 0 && node.scrollWidth > node.clientWidth + 1)
    .filter((node) => !['auto', 'scroll'].includes(getComputedStyle(node).overflowX))
    .filter((node) => !(getComputedStyle(node).textOverflow === 'ellipsis' && node.closest('[title], [data-at]')))
    .filter((node) => !['select', 'option', 'textarea'].includes(node.localName))
    .map((node) => `${name(node, node.textContent ?? '')}: ${node.scrollWidth} in ${node.clientWidth} px`)

  /** Labels of a chart that reach out of it. */
  const cutLabels = holders
    .filter((node) => node instanceof SVGTextContentElement && node.ownerSVGElement !== null)
    .filter((node) => {
      const [label, chart] = [
        node.getBoundingClientRect(),
        (node as SVGElement).ownerSVGElement!.getBoundingClientRect(),
      ]
      return label.left < chart.left - 4 || label.right > chart.right + 4 || label.bottom > chart.bottom + 4
    })
    .map((node) => `${name(node, node.textContent ?? '')}: reaches out of its chart`)

  /** What floats over the page hides what is behind it on purpose. */
  const floating = new Map<Element | null, boolean>([[null, false]])
  const floats = (node: Element | null): boolean => {
    const known = floating.get(node)
    if (known !== undefined) return known
    const found = ['sticky', 'fixed'].includes(getComputedStyle(node!).position) || floats(node!.parentElement)
    floating.set(node, found)
    return found
  }
  const resting = holders.filter((node) => !floats(node))
  const pieces: Piece[] = resting.flatMap((node) =>
    ownText(node).flatMap((text) => {
      const range = document.createRange()
      range.selectNodeContents(text)
      return [...range.getClientRects()].flatMap((line) => {
        // A line of text is lower than its box: letters of neighbouring lines do not meet although their boxes may.
        const ink = new DOMRect(line.x + 1, line.y + line.height * 0.15, line.width - 2, line.height * 0.7)
        const box = throughAncestors(node, ink)
        return box ? [{ node, text: text.data, box }] : []
      })
    }),
  )
  pieces.sort((a, b) => a.box.top - b.box.top)
  const overlapping: string[] = []
  pieces.forEach((piece, i) => {
    for (let next = i + 1; next < pieces.length; next++) {
      const other = pieces[next]!
      if (other.box.top >= piece.box.bottom - 1) break
      const across = Math.min(piece.box.right, other.box.right) - Math.max(piece.box.left, other.box.left)
      if (across > 2 && piece.node !== other.node)
        overlapping.push(`${name(piece.node, piece.text)} over ${name(other.node, other.text)}`)
    }
  })

  /** A chart says in words what its axis measures: with a unit in brackets, or as a ratio or a count. */
  const unlabelled = [...document.querySelectorAll('main svg[role=img]')]
    .filter((chart) => isShown(chart) && chart.querySelectorAll('text').length > 1)
    .filter((chart) => {
      const words = [...chart.querySelectorAll('text')].map((text) => text.textContent ?? '')
      return !words.some((text) =>
        /\((tok\/s|ms|%|USD[^)]*|W|MB|tok\/J|log scale)\)|ratio| over |contributors/i.test(text),
      )
    })
    .map((chart) => chart.querySelector('title')?.textContent ?? 'a chart without a title')
  return { clipped: [...cutBoxes, ...cutLabels], overlapping, unlabelled }
}
