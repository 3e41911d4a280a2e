import { toCsv } from '../../lib/csv.ts'
import { exportRows } from '../../lib/matrix/export.ts'
import { defaultState } from '../../lib/matrix/state.ts'
import { parsePositive } from '../../lib/parse_positive.ts'
import { answerQuestion } from '../../lib/question/answer.ts'
import { readHave, readWant, writeHave, writeWant } from '../../lib/question/fields.ts'
import { renderAnswer } from '../../lib/question/render.ts'
import { defaultQuestion, parseQuestion, QUESTION_KEYS, withQuestion } from '../../lib/question/state.ts'
import { byFeatured } from '../../lib/question/suggestions.ts'
import { type Answer, CRITERIA, type Facts, type Question } from '../../lib/question/types.ts'
import { headline } from '../../lib/question/words.ts'
import { copyText } from '../copy_text.ts'
import { saveFile } from '../save_file.ts'

interface QuestionPage {
  document: Document
  form: HTMLFormElement
  load: () => Promise<Facts>
  facts?: Facts
  answer?: Answer
  /** The field whose text was changed and not confirmed yet: it stays as it is when the figures come. */
  typed?: HTMLInputElement | undefined
}

/** Answers the question of the page whenever one of its fields is changed. Returns what asks another question. */
export function startQuestion(
  document: Document,
  load: () => Promise<Facts>,
): (change: Partial<Question>) => Promise<void> {
  const form = document.getElementById('question') as HTMLFormElement
  const page: QuestionPage = { document, form, load }
  form.addEventListener('submit', (event) => event.preventDefault())
  const change = (find: (facts: Facts) => Partial<Question>) =>
    ask(page, (facts) => ({ ...(page.answer?.question ?? askedQuestion(facts)), ...find(facts) }))
  // The value is captured now: once the figures have come, the field may show what the address asks for.
  const read = ({ name, value }: HTMLInputElement) => change((facts) => readField(name, value, facts))
  const confirm = (field: HTMLInputElement) => {
    page.typed = undefined
    read(field)
  }
  form.addEventListener('change', ({ target }) => confirm(target as HTMLInputElement))
  form.addEventListener('input', ({ target }) => {
    page.typed = target as HTMLInputElement
    if (isChosen(page.typed)) confirm(page.typed)
  })
  document.getElementById('answer')!.addEventListener('click', (event) => onAnswerClick(page, event))
  window.addEventListener('popstate', () => {
    page.typed = undefined
    ask(page, askedQuestion, false)
  })
  const params = new URLSearchParams(location.search)
  if (QUESTION_KEYS.some((key) => params.has(key))) ask(page, askedQuestion, false)
  return (changes) => change(() => changes)
}

const askedQuestion = (facts: Facts): Question => parseQuestion(location.search, defaultQuestion(facts))

/** Whether the value of a text field is one of its suggestions: then it was chosen, and need not be confirmed. */
function isChosen(field: HTMLInputElement): boolean {
  return field.list !== null && [...field.list!.options].some(({ value }) => value === field.value)
}

/** Answers a question and records it as a step of the history. */
async function ask(page: QuestionPage, find: (facts: Facts) => Question, record = true): Promise<void> {
  const { document, form } = page
  try {
    page.facts ??= await loadFacts(page)
    const { facts } = page
    const question = find(facts)
    const defaults = defaultQuestion(facts)
    const answer = answerQuestion(facts, question)
    const target = location.pathname + withQuestion(location.search, question, defaults) + location.hash
    if (record && target !== location.pathname + location.search + location.hash) history.pushState(null, '', target)
    page.answer = answer
    writeForm(page, question, facts)
    const most = Number(form.dataset.most ?? 5)
    document.getElementById('answer')!.replaceChildren(...renderAnswer({ document, facts, answer, defaults, most }))
    document.getElementById('answer-status')!.textContent = headline(facts, answer)
  } catch (error) {
    const text = `The figures could not be loaded (${error instanceof Error ? error.message : error}). Change a field to try again.`
    document.getElementById('answer-status')!.textContent = text
    document.querySelector('#answer .answer-head')!.textContent = text
  }
}

/** The facts; all GPUs and models that one can ask for become suggestions. */
async function loadFacts({ document, load }: QuestionPage): Promise<Facts> {
  const facts = await load()
  const { gpus, models } = facts.catalogue
  for (const [id, list] of [
    ['gpu-names', gpus],
    ['model-names', models],
  ] as const) {
    const datalist = document.getElementById(id)!
    const known = new Set([...datalist.querySelectorAll('option')].map(({ value }) => value))
    const others = byFeatured<{ name: string; featured: number | null }>(list).filter(({ name }) => !known.has(name))
    datalist.append(...others.map(({ name }) => new Option('', name)))
  }
  return facts
}

/** What the value of a field asks for. */
function readField(name: string, value: string, facts: Facts): Partial<Question> {
  if (name === 'have') return readHave(value, facts)
  if (name === 'want') return readWant(value, facts)
  if (name === 'count') return { count: value === 'any' ? 'any' : Number(value) || 1 }
  if (name === 'users') return { users: Math.max(1, Math.round(Number(value) || 1)) }
  if (name === 'by') return { by: CRITERIA.find((criterion) => criterion === value) ?? '' }
  return { [name]: parsePositive(value) }
}

function writeForm({ form, typed }: QuestionPage, question: Question, { catalogue }: Facts): void {
  const { count, users, ttft, tps, by } = question
  const values = { have: writeHave(question, catalogue), want: writeWant(question, catalogue), users, ttft, tps, by }
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name) as HTMLInputElement
    const text = value === null ? '' : String(value)
    if (field !== typed && field.value !== text) field.value = text
  }
  const counts = form.elements.namedItem('count') as HTMLSelectElement
  if (![...counts.options].some(({ value }) => value === String(count))) counts.add(new Option(String(count)))
  counts.value = String(count)
  form.ownerDocument.getElementById('users-word')!.textContent = users === 1 ? 'user' : 'users'
}

function onAnswerClick(page: QuestionPage, event: MouseEvent): void {
  const target = event.target as Element
  const way = target.closest<HTMLAnchorElement>('a[data-ask]')
  if (way && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault()
    ask(page, (facts) => parseQuestion(way.search, defaultQuestion(facts))).then(() =>
      page.document.getElementById('answer')!.focus(),
    )
  }
  const button = target.closest<HTMLButtonElement>('button')
  if (button?.dataset.copy) copyText(page.document, button, shared(button))
  if (button?.dataset.csv !== undefined) download(page)
}

/** What a button of the answer copies: the address of the page, or a badge in Markdown. */
function shared({ dataset }: HTMLButtonElement): string {
  const { cell } = dataset
  if (!cell) return location.href
  const address = (path: string) =>
    new URL(`${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`, location.origin).href
  return `[![Speed](${address(`badges/${cell}.svg`)})](${address(`cells/${cell}/`)})`
}

/** Every row of the answer, as a CSV file. */
async function download(page: QuestionPage): Promise<void> {
  if (!page.answer) await ask(page, askedQuestion, false)
  const { answer, facts } = page
  if (!answer || !facts) return
  const rows = answer.bars.length > 0 ? answer.bars : answer.lower
  const { head, rows: lines } = exportRows(
    facts.matrix,
    defaultState(facts.matrix),
    rows.map(({ entry }) => entry),
  )
  saveFile(page.document, 'answer.csv', 'text/csv', toCsv(head, lines))
}
