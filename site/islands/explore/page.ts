import type { ExploreConfig } from '../../lib/explore/config.ts'
import { createHistory, type History } from '../../lib/explore/history.ts'
import { joinName } from '../../lib/explore/schema.ts'
import { createUnits } from '../../lib/explore/units.ts'
import { plural } from '../../lib/format.ts'
import { type Answer, createAnswer } from './answer.ts'
import { createSlot } from './editor_slot.ts'
import { startHistory } from './history_view.ts'
import { createNotices, type Notices } from './notices.ts'
import { copyAddress, type PageAddress, startAddress } from './page_address.ts'
import { createRunner, type Runner } from './runner.ts'
import { readSchema, startSchema } from './schema_view.ts'
import { createSession } from './session.ts'
import type { SqlField } from './sql_field.ts'

type ById = (id: string) => HTMLElement

/** What the parts of the page share. */
interface Parts {
  byId: ById
  notices: Notices
  field: SqlField
  answer: Answer
  address: PageAddress
}

/** The explore page. The editor and the engine are loaded on demand; queries run in the browser. */
export function startExplore(document: Document): void {
  const byId: ById = (id) => document.getElementById(id)!
  const tables = readSchema(byId('schema'))
  const notices = createNotices(byId)
  const field = createSlot({
    textarea: byId('sql') as HTMLTextAreaElement,
    frame: byId('code'),
    host: byId('editor'),
    tables,
    onRun: () => runner.run(),
  })
  const answer = createAnswer({ byId, unitOf: createUnits(tables), onChange: () => keep() })
  const address = startAddress({
    document,
    questions: byId('questions'),
    library: byId('library'),
    onQuery(sql, shown) {
      field.write(sql)
      answer.want(shown)
      notices.problem(null)
      notices.say('Query filled in. Read it, then press Run.')
    },
  })
  const keep = () => address.keep({ sql: field.read(), ...answer.shown() })
  const parts: Parts = { byId, notices, field, answer, address }
  const runner = startRunner(
    parts,
    createHistory(() => localStorage),
  )
  startButtons(parts, runner)
  startNames(parts)
  address.read()
}

function startRunner({ byId, notices, field, answer, address }: Parts, history: History): Runner {
  const showHistory = startHistory(history, {
    list: byId('history'),
    count: byId('history-count'),
    note: byId('history-note'),
    clear: byId('forget') as HTMLButtonElement,
  })
  return createRunner({
    session: createSession(JSON.parse(byId('explore-config').textContent) as ExploreConfig),
    notices,
    read: () => field.read(),
    onBusy(busy) {
      if (busy) address.keep({ sql: field.read(), ...answer.shown() })
      byId('cancel').hidden = !busy
      byId('run').setAttribute('aria-disabled', String(busy))
    },
    onResult(sql, result, ms) {
      field.markLine(null)
      history.add({ sql, rows: result.rowCount, ms })
      showHistory()
      answer.show(result, sql)
      address.keep({ sql, ...answer.shown() })
      notices.say(`${plural(result.rowCount, 'row')} in ${Math.round(ms)} ms`)
    },
    onFailure({ line }) {
      field.markLine(line)
      answer.clear('This query has no result.')
    },
  })
}

function startButtons({ byId, notices, field, answer, address }: Parts, runner: Runner): void {
  const run = byId('run')
  run.addEventListener('click', () => void runner.run())
  byId('retry').addEventListener('click', () => void runner.run())
  byId('cancel').addEventListener('click', () => {
    runner.cancel()
    run.focus()
  })
  byId('permalink').addEventListener('click', async () => {
    address.keep({ sql: field.read(), ...answer.shown() })
    notices.say(await copyAddress())
  })
  // Focus and hover start the engine ahead, unless the browser saves data: then only Run does.
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return
  byId('code').addEventListener('focusin', () => void runner.warm(), { once: true })
  for (const event of ['pointerover', 'focus']) run.addEventListener(event, () => void runner.warm(), { once: true })
}

/** A click on the name of a table or column inserts it into the query. */
function startNames({ byId, notices, field }: Parts): void {
  startSchema({
    root: byId('schema'),
    search: byId('find-column') as HTMLInputElement,
    nothing: byId('no-column'),
    onInsert(name) {
      field.insert((before) => joinName(before, name))
      notices.say(`Inserted ${name}.`)
    },
  })
}
