import { escapeXml } from './xml.ts'

/** Most characters of either side; longer texts are truncated. */
const MOST = 60
const HEIGHT = 20
const PADDING = 8

/** A badge as a self-contained SVG: the configuration on the left, the figure on the right. */
export function drawBadge(label: string, value: string): string {
  const [left, right] = [cut(label), cut(value)]
  const [leftText, rightText] = [widthOf(left), widthOf(right)]
  const split = leftText + 2 * PADDING
  const width = split + rightText + 2 * PADDING
  const text = (content: string, x: number, length: number, colour: string) =>
    `<text x="${x}" y="14" fill="${colour}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escapeXml(content)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img">`,
    `<title>${escapeXml(`${left}: ${right}`)}</title>`,
    `<rect width="${width}" height="${HEIGHT}" rx="3" fill="#0b5a63"/>`,
    `<path d="M3 0H${split}V${HEIGHT}H3A3 3 0 0 1 0 ${HEIGHT - 3}V3A3 3 0 0 1 3 0Z" fill="#2c3337"/>`,
    '<g font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">',
    text(left, PADDING, leftText, '#ffffff'),
    text(right, split + PADDING, rightText, '#ffffff'),
    '</g></svg>\n',
  ].join('')
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length > MOST ? `${characters.slice(0, MOST - 1).join('')}…` : text
}

/** The approximate width of a text at 11 px; `textLength` makes every font fit it. */
function widthOf(text: string): number {
  const widths = [...text].map((character) =>
    /[ilI.,:'|! ]/.test(character) ? 4 : /[mwMW@%]/.test(character) ? 10 : 7,
  )
  return Math.max(
    1,
    widths.reduce((sum, width) => sum + width, 0),
  )
}
