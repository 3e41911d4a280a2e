import { toCsv } from '../../lib/csv.ts'
import type { ExploreConfig } from './config.ts'
import type { Engine, QueryResult } from './engine.ts'
import { describeResult, renderResult } from './result.ts'

/** The explore page: the engine is loaded when asked for, then queries run in the browser. */
export function startExplore(document: Document): void {
  const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
  const config = JSON.parse(byId('explore-config').textContent ?? '') as ExploreConfig
  const [load, run, csv, link] = ['load', 'run', 'csv', 'permalink'].map((id) => byId<HTMLButtonElement>(id)) as [
    HTMLButtonElement,
    HTMLButtonElement,
    HTMLButtonElement,
    HTMLButtonElement,
  ]
  const editor = byId<HTMLTextAreaElement>('sql')
  const say = (message: string) => {
    byId('status').textContent = message
  }
  let engine: Engine | undefined
  let result: QueryResult | undefined

  load.addEventListener('click', async () => {
    load.disabled = true
    showError(document, '')
    try {
      const { startEngine } = await import('./engine.ts')
      engine = await startEngine(config, say)
      load.hidden = true
      run.disabled = false
      say('Ready. Press Run, or Ctrl+Enter in the editor.')
    } catch (error) {
      say('')
      showError(
        document,
        `The SQL engine could not be started: ${messageOf(error)}. Check the connection and try again.`,
      )
      load.textContent = 'Try again'
    } finally {
      load.disabled = false
    }
  })

  async function runQuery() {
    if (!engine || run.disabled) return
    run.disabled = true
    showError(document, '')
    say('Running')
    try {
      const started = performance.now()
      result = await engine.query(editor.value)
      say(describeResult(result, performance.now() - started))
      byId('result').replaceChildren(renderResult(document, result))
      csv.disabled = false
    } catch (error) {
      say('')
      showError(document, messageOf(error))
    } finally {
      run.disabled = false
    }
  }
  run.addEventListener('click', runQuery)
  editor.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    runQuery()
  })
  csv.addEventListener('click', () => result && saveCsv(document, result))
  link.addEventListener('click', () => {
    history.replaceState(null, '', `#sql=${encodeURIComponent(editor.value)}`)
    say('The address now holds this query: copy it to share.')
  })
  byId<HTMLSelectElement>('example').addEventListener('change', (event) => {
    editor.value = (event.target as HTMLSelectElement).value
  })
  const shared = new URLSearchParams(location.hash.slice(1)).get('sql')
  if (shared) editor.value = shared
}

function showError(document: Document, message: string): void {
  const box = document.getElementById('error')!
  box.textContent = message
  box.hidden = message === ''
}

function saveCsv(document: Document, { columns, rows }: QueryResult): void {
  const address = URL.createObjectURL(new Blob([toCsv(columns, rows)], { type: 'text/csv;charset=utf-8' }))
  const anchor = document.createElement('a')
  anchor.href = address
  anchor.download = 'result.csv'
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
