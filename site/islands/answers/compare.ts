import { compareCsv } from '../../lib/compare/export.ts'
import { type Comparison, comparePage, compareSubjects, renderComparison, sqlLink } from '../../lib/compare/render.ts'
import { type CompareQuestion, formatCompare, parseCompare } from '../../lib/compare/state.ts'
import {
  type CompareIndex,
  type ModelName,
  type Names,
  SIDE_NAMES,
  type Side,
  type Subject,
} from '../../lib/compare/types.ts'
import { element } from '../../lib/dom.ts'
import { href } from '../../lib/href.ts'
import { saveFile } from '../save_file.ts'
import { setOptions } from './form.ts'
import { loadJson } from './load.ts'

const FIELDS = ['s1', 's2', 's3', 's4']

/** Starts /compare/: the question is the query string; the figures of what is compared are fetched on their first use. */
export function startCompare(document: Document): void {
  const form = document.getElementById('pick') as HTMLFormElement
  const start = form.dataset.start!.split(',')
  let shown: Comparison | null = null
  let latest: URLSearchParams
  const show = async (params: URLSearchParams, record: boolean): Promise<void> => {
    latest = params
    try {
      const index = await loadJson<CompareIndex>(`${form.dataset.folder}index.json`)
      const { question, unknown } = parseCompare(params, index, start)
      const comparison = await loadComparison(form.dataset.folder!, question, index)
      if (params !== latest) return
      shown = comparison
      if (record) history.pushState(null, '', location.pathname + formatCompare(question, start))
      syncForm(form, question, index, comparison.names)
      fill(document, [...noteUnknown(document, unknown), ...render(document, comparison, question, index)])
      document.getElementById('compare-sql')!.replaceChildren(sqlLink(document, comparison))
    } catch (error) {
      if (params === latest)
        fill(document, [
          note(
            document,
            `The figures could not be loaded (${error instanceof Error ? error.message : error}). Change a field to try again.`,
          ),
        ])
    }
  }
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', (event) => show(readForm(form, event.target as HTMLSelectElement), true))
  window.addEventListener('popstate', () => show(new URLSearchParams(location.search), false))
  document.getElementById('compare-csv')!.addEventListener('click', (event) => {
    if (!shown) return
    event.preventDefault()
    const ids = shown.subjects.map(({ id }) => id)
    saveFile(document, `${ids.join('-vs-')}.csv`, 'text/csv', compareCsv(ids, shown.side, shown.matches))
  })
  if (location.search !== '') show(new URLSearchParams(location.search), false)
}

async function loadComparison(
  folder: string,
  { side, ids, model }: CompareQuestion,
  index: CompareIndex,
): Promise<Comparison> {
  const load = (id: string) => loadJson<Subject>(`${folder}${side}/${encodeURIComponent(id)}.json`)
  const subjects = await Promise.all(ids.map(load))
  const asked = index.models.find(({ id }) => id === model)
  const named: ModelName | null = asked ? { slug: asked.id, name: asked.name, paramsB: asked.paramsB ?? null } : null
  return compareSubjects(subjects, named)
}

/** The question of the form; of another side without what was chosen on the old one. */
function readForm(form: HTMLFormElement, changed: HTMLSelectElement): URLSearchParams {
  const value = (name: string) => (form.elements.namedItem(name) as HTMLSelectElement).value
  const ids = changed.name === 'side' ? [] : FIELDS.map(value).filter(Boolean)
  const params = new URLSearchParams([[value('side'), ids.join(',')]])
  if (value('model') !== '' && value('side') !== 'models') params.set('model', value('model'))
  return params
}

function syncForm(
  form: HTMLFormElement,
  { side, ids, model }: CompareQuestion,
  index: CompareIndex,
  names: Names,
): void {
  setOptions(
    form,
    'side',
    (['gpus', 'engines', 'models'] as Side[]).map((one) => [one, SIDE_NAMES[one].many]),
    side,
  )
  const all = index[side].map(({ id, name }): [string, string] => [id, name])
  FIELDS.forEach((field, i) => {
    setOptions(form, field, i < 2 ? all : [['', 'none'], ...all], ids[i] ?? '')
  })
  const measured = Object.values(names.models).map(({ slug, name }): [string, string] => [slug, name])
  const asked = index.models.filter(({ id }) => id === model && !measured.some(([slug]) => slug === id))
  const models = [...measured, ...asked.map(({ id, name }): [string, string] => [id, name])]
  setOptions(form, 'model', [['', 'Any model'], ...models.sort((a, b) => a[1].localeCompare(b[1]))], model)
  ;(form.elements.namedItem('model') as HTMLSelectElement).disabled = side === 'models'
}

function render(
  document: Document,
  comparison: Comparison,
  question: CompareQuestion,
  index: CompareIndex,
): HTMLElement[] {
  const sections = renderComparison(document, comparison)
  if (comparison.matches.length > 0) return sections
  const names = comparison.subjects.map(({ name }) => name)
  const partners = question.ids.flatMap((id) => {
    const own = index[question.side].find((one) => one.id === id)!
    return own.shares.slice(0, 2).map(([other, count]) => {
      const name = index[question.side].find((one) => one.id === other)!.name
      const address = href(comparePage(question.side, [id, other]))
      return element(
        document,
        'li',
        {},
        element(document, 'a', { href: address }, `${own.name} and ${name}`),
        `: ${count} comparisons`,
      )
    })
  })
  const head = `${names.join(' and ')} have not been measured like for like: no configuration is equal but for the ${SIDE_NAMES[question.side].one}.`
  return [
    element(document, 'p', { class: 'answer-head' }, head),
    element(
      document,
      'ul',
      { class: 'prose' },
      ...partners,
      element(
        document,
        'li',
        {},
        'Measure it and ',
        element(document, 'a', { href: href('contribute/') }, 'share the run'),
        '.',
      ),
    ),
  ]
}

function noteUnknown(document: Document, unknown: string[]): HTMLElement[] {
  if (unknown.length === 0) return []
  return [
    note(
      document,
      `Nothing is published under ${unknown.map((id) => `“${id}”`).join(', ')}. Shown instead: what the form names.`,
    ),
  ]
}

const note = (document: Document, text: string) => element(document, 'p', { class: 'note' }, text)

function fill(document: Document, nodes: HTMLElement[]): void {
  const place = document.getElementById('comparison')!
  place.replaceChildren(...nodes)
  const heads = [...place.querySelectorAll('.answer-head, .note')].map(({ textContent }) => textContent)
  document.getElementById('comparison-status')!.textContent = heads.slice(0, 2).join(' ')
}
