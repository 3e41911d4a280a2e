import { readAddress, writeAddress } from '../../lib/explore/address.ts'
import { createHistory } from '../../lib/explore/history.ts'
import { joinName } from '../../lib/explore/schema.ts'
import { plural } from '../../lib/format.ts'
import { createAnswer } from './answer.ts'
import type { ExploreConfig } from './config.ts'
import { createSlot } from './editor_slot.ts'
import { startHistory } from './history_view.ts'
import { createNotices } from './notices.ts'
import { createRunner, type Runner } from './runner.ts'
import { readSchema, startSchema } from './schema_view.ts'
import { createSession } from './session.ts'

/** The explore page: the editor and the engine come when they are wanted, then queries run in the browser. */
export function startExplore(document: Document): void {
  const byId = (id: string) => document.getElementById(id)!
  const config = JSON.parse(byId('explore-config').textContent ?? '') as ExploreConfig
  const tables = readSchema(byId('schema'))
  const units = new Map(tables.flatMap((table) => table.columns.map(({ name, unit }) => [name, unit])))
  const notices = createNotices(byId)
  const history = createHistory(() => localStorage)
  const showHistory = startHistory(history, {
    list: byId('history'),
    count: byId('history-count'),
    note: byId('history-note'),
    clear: byId('forget') as HTMLButtonElement,
  })
  const field = createSlot({
    textarea: byId('sql') as HTMLTextAreaElement,
    frame: byId('code'),
    host: byId('editor'),
    tables,
    onRun: () => runner.run(),
  })
  const keepAddress = () => replaceAddress(writeAddress({ sql: field.read(), chart: answer.chart() }))
  const answer = createAnswer({ byId, unitOf: (name) => units.get(name) ?? unitInName(name), onChange: keepAddress })
  const runner = createRunner({
    session: createSession(config),
    notices,
    read: () => field.read(),
    onBusy: (busy) => {
      if (busy) keepAddress()
      byId('cancel').hidden = !busy
      byId('run').setAttribute('aria-disabled', String(busy))
    },
    onResult: (sql, result, ms) => {
      field.markLine(null)
      history.add({ sql, rows: result.rowCount, ms })
      showHistory()
      answer.show(result)
      notices.say(`${plural(result.rowCount, 'row')} in ${Math.round(ms)} ms`)
      keepAddress()
    },
    onFailure: ({ line }) => {
      field.markLine(line)
      answer.clear('This query has no result.')
    },
  })
  const fill = () => {
    const { sql, chart } = readAddress(location.hash)
    if (sql === null) return
    field.write(sql)
    answer.want(chart)
    markCurrent(document)
    notices.problem(null)
    notices.say('Filled in. Read it, then press Run.')
  }
  startButtons(byId, runner, async () => notices.say(await copyAddress(keepAddress)))
  const insert = (name: string) => {
    field.insert((before) => joinName(before, name))
    notices.say(`Inserted ${name}.`)
  }
  startSchema({
    root: byId('schema'),
    search: byId('find-column') as HTMLInputElement,
    nothing: byId('no-column'),
    onInsert: insert,
  })
  addEventListener('hashchange', fill)
  // A link to where the address is already changes nothing by itself, though the text may have been changed.
  byId('library').addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest('a')
    if (link && link.hash === location.hash) fill()
  })
  fill()
}

function startButtons(byId: (id: string) => HTMLElement, runner: Runner, onCopy: () => void): void {
  const run = byId('run')
  run.addEventListener('click', () => void runner.run())
  byId('retry').addEventListener('click', () => void runner.run())
  byId('cancel').addEventListener('click', () => {
    runner.cancel()
    run.focus()
  })
  byId('permalink').addEventListener('click', onCopy)
  // Intent starts the engine, unless the visitor asked the browser to save data: then only Run does.
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return
  byId('code').addEventListener('focusin', () => void runner.warm(), { once: true })
  for (const event of ['pointerenter', 'focus']) run.addEventListener(event, () => void runner.warm(), { once: true })
}

/** Units that the example queries put at the end of a name. */
function unitInName(name: string): string {
  const units: [RegExp, string][] = [
    [/_tok_s$|^tok_s$/, 'tok/s'],
    [/_ms$/, 'ms'],
    [/_gb$/, 'GB'],
    [/_percent$/, '%'],
    [/^usd_/, 'USD'],
  ]
  return units.find(([pattern]) => pattern.test(name))?.[1] ?? ''
}

/** Marks the question whose query the address holds. */
function markCurrent(document: Document): void {
  const query = location.hash.slice(1).split('&')[0]
  for (const link of document.querySelectorAll<HTMLAnchorElement>('#questions a')) {
    if (link.hash.slice(1) === query) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  }
}

function replaceAddress(fragment: string): void {
  history.replaceState(null, '', `#${fragment}`)
  markCurrent(document)
}

async function copyAddress(keepAddress: () => void): Promise<string> {
  keepAddress()
  try {
    await navigator.clipboard.writeText(location.href)
    return 'Link copied. It fills the editor; it does not run by itself.'
  } catch {
    return 'The address bar holds the link now: copy it from there.'
  }
}
