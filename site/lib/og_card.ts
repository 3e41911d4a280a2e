import { escapeXml } from './api/xml.ts'

/** The preview picture of a page on social media (Open Graph), 1200 × 630 px. */
export interface OgCard {
  title: string
  line: string
  /** What the bars measure, with the unit. */
  axis?: string
  bars?: { label: string; value: number; text: string }[]
  /** The name of the site. */
  site: string
}

const WIDTH = 1200
const HEIGHT = 630
const MARGIN = 72
/** Width of a character relative to the font size; enough for common sans-serif fonts. */
const CHARACTER = 0.6
const INK = '#16191d'
const SOFT = '#454d55'
const MARK = '#0b6f6b'
const FONT = 'font-family="DejaVu Sans, Liberation Sans, Helvetica, Arial, sans-serif"'
const MOST_BARS = 5
/** The logo, as squares: column, row and whether it is solid. */
const LOGO = [0, 1, 2].flatMap((row) =>
  [0, 1, 2].map((column) => ({ row, column, isSolid: row === column || row - column === 2 })),
)

/** The picture as SVG. All text is escaped and truncated to its line with an ellipsis. */
export function drawOgCard({ title, line, axis, bars = [], site }: OgCard): string {
  const titles = wrapText(title, charactersAt(60), bars.length > 0 ? 1 : 2)
  const below = 150 + titles.length * 70
  // A card without bars is centred vertically.
  const shift = bars.length > 0 ? 0 : 90
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fbfbf9"/><rect width="${WIDTH}" height="10" fill="${MARK}"/>`,
    logo(),
    text(site, MARGIN + 62, 92, 30, SOFT),
    ...titles.map((words, i) => text(words, MARGIN, 190 + shift + i * 70, 60, INK, 'font-weight="700"')),
    ...wrapText(line, charactersAt(30), 2).map((words, i) =>
      text(words, MARGIN, below + shift + 36 + i * 40, 30, SOFT),
    ),
    ...drawBars(bars.slice(0, MOST_BARS), below + 82),
    axis && bars.length > 0 ? text(axis, MARGIN, HEIGHT - 36, 22, SOFT) : '',
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${parts.join('')}</svg>`
}

function logo(): string {
  const square = ({ row, column, isSolid }: (typeof LOGO)[number]) =>
    `<rect x="${MARGIN + column * 16}" y="${62 + row * 16}" width="13" height="13" fill="${MARK}" opacity="${isSolid ? 1 : 0.4}"/>`
  return LOGO.map(square).join('')
}

function drawBars(bars: NonNullable<OgCard['bars']>, top: number): string[] {
  const most = Math.max(...bars.map((bar) => bar.value))
  const labelWidth = 560
  const room = WIDTH - 2 * MARGIN - labelWidth - 130
  return bars.flatMap(({ label, value, text: words }, i) => {
    const y = top + i * 52
    const width = Math.max(4, Math.round((value / most) * room))
    return [
      text(cut(label, Math.floor(labelWidth / (24 * CHARACTER))), MARGIN, y + 25, 24, INK),
      `<rect x="${MARGIN + labelWidth}" y="${y}" width="${width}" height="34" rx="3" fill="${MARK}"/>`,
      text(words, MARGIN + labelWidth + width + 14, y + 26, 26, INK, 'font-weight="700"'),
    ]
  })
}

function text(words: string, x: number, y: number, size: number, fill: string, more = ''): string {
  return `<text x="${x}" y="${y}" ${FONT} font-size="${size}" fill="${fill}" ${more}>${escapeXml(words)}</text>`
}

const charactersAt = (size: number): number => Math.floor((WIDTH - 2 * MARGIN) / (size * CHARACTER))

function cut(words: string, length: number): string {
  return words.length <= length ? words : `${words.slice(0, length - 1).trimEnd()}…`
}

/** Wraps words into lines of at most `length` characters, truncated after `most` lines. */
export function wrapText(words: string, length: number, most: number): string[] {
  const lines: string[] = ['']
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim()
    if (longer.length <= length || lines.at(-1) === '') lines[lines.length - 1] = longer
    else lines.push(word)
  }
  const kept = lines.slice(0, most)
  if (lines.length > most) kept[most - 1] = `${kept[most - 1]} ${lines.slice(most).join(' ')}`
  return kept.map((own) => cut(own, length))
}
