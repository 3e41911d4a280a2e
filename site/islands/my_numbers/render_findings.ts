import { element } from '../../lib/dom.ts'
import { formatCount, plural } from '../../lib/format.ts'
import type { Finding, Report } from '../../lib/my_numbers/report.ts'

const PAGE = 20

/** The findings by line, paged. Null if there are none. */
export function renderFindings({ findings, findingsTotal }: Report): HTMLElement | null {
  if (findingsTotal === 0) return null
  const body = element(document, 'tbody')
  const place = element(document, 'span', { role: 'status' })
  const back = element(document, 'button', { class: 'button', type: 'button' }, 'Previous')
  const on = element(document, 'button', { class: 'button', type: 'button' }, 'Next')
  let first = 0
  const show = (from: number) => {
    first = from
    const shown = findings.slice(from, from + PAGE)
    body.replaceChildren(...shown.map(renderFinding))
    place.textContent = `${formatCount(from + 1)} to ${formatCount(from + shown.length)} of ${formatCount(findings.length)}`
    back.disabled = from === 0
    on.disabled = from + PAGE >= findings.length
  }
  back.onclick = () => show(first - PAGE)
  on.onclick = () => show(first + PAGE)
  show(0)
  const table = element(document, 'table', { class: 'rows findings' }, renderHead(), body)
  const region = { class: 'scroll', role: 'region', 'aria-label': 'Findings by line', tabindex: '0' }
  const pager = element(document, 'p', { class: 'pager' }, back, on, place)
  return element(
    document,
    'section',
    {},
    element(document, 'h2', {}, 'Findings'),
    describe(findings, findingsTotal),
    element(document, 'div', region, table),
    pager,
  )
}

function describe(findings: readonly Finding[], total: number): HTMLElement {
  const cut = total > findings.length ? ` The first ${formatCount(findings.length)} are listed.` : ''
  const text = `${plural(total, 'finding')}: the place, what was expected, what was found, and the fix.${cut}`
  return element(document, 'p', { class: 'lead' }, text)
}

function renderHead(): HTMLElement {
  const heads = ['Line', 'Verdict', 'Place', 'Expected', 'Found', 'Fix']
  const cells = heads.map((head) =>
    element(document, 'th', { scope: 'col', class: head === 'Line' ? 'num' : '' }, head),
  )
  return element(document, 'thead', {}, element(document, 'tr', {}, ...cells))
}

function renderFinding({ line, verdict, problem }: Finding): HTMLElement {
  const { column, path, expected, found, fix } = problem
  const place = element(
    document,
    'td',
    {},
    element(document, 'code', {}, path),
    column > 1 ? element(document, 'small', {}, `column ${column}`) : null,
  )
  const texts = [expected, found, fix].map((text) => element(document, 'td', {}, text))
  return element(
    document,
    'tr',
    {},
    element(document, 'th', { scope: 'row', class: 'num' }, formatCount(line)),
    element(document, 'td', {}, verdict),
    place,
    ...texts,
  )
}
