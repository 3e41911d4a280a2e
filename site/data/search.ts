import { groupBy } from '../lib/group_by.ts'
import { type PackedEntry, wordsOf } from '../lib/search/rank.ts'
import { engineName, enginePath, figuresBy, gpuPath, modelName, modelPath } from './catalog.ts'
import { published } from './published.ts'

/** The pages that are about no model, GPU or engine, with what else they are called. */
const PAGES: [name: string, path: string, also: string][] = [
  ['Matrix', '', 'home start overview speed'],
  ['Which GPU', 'which-gpu/', 'buy choose budget recommend'],
  ['Compare', 'compare/', 'versus vs faster'],
  ['Cost', 'serving/', 'price dollars usd rent tokens serving energy joule watt power electricity'],
  ['Versions', 'versions/', 'regression slower update release build'],
  ['Models', 'models/', 'llm list'],
  ['GPUs', 'gpus/', 'hardware cards accelerators list'],
  ['Engines', 'engines/', 'runtime server list'],
  ['Explore with SQL', 'explore/', 'duckdb query'],
  ['Files and sources', 'data/', 'download arrow csv licence attribution'],
  ['API', 'api/', 'json csv badge rss feed machines'],
  ['Methods', 'methods/', 'statistics median interval formula how'],
  ['My numbers', 'my-numbers/', 'compare own llama-bench upload import'],
  ['Share your run', 'contribute/', 'contribute submit telemetry opt in benefit'],
  ['Documentation', 'docs/', 'guide help'],
  ['For visitors', 'docs/visitors/', 'guide read trust'],
  ['For contributors', 'docs/contributors/', 'guide submit pull request'],
  ['For operators', 'docs/operators/', 'guide gateway install orch serve'],
  ['Privacy', 'docs/privacy/', 'telemetry records fields prompt collected consent opt out'],
  ['Questions', 'docs/faq/', 'faq why'],
  ['Glossary', 'docs/glossary/', 'terms ttft decode prefill'],
]

/** Everything that the search finds. GPUs and models without figures lead to their place in the list. */
export function searchEntries(): PackedEntry[] {
  return [
    ...published('gpus').map(({ gpu_id, name }) => toEntry('GPU', gpu_id, name, 'gpus/', gpuPath(gpu_id))),
    ...published('models').map(({ model_id }) =>
      toEntry('Model', model_id, modelName(model_id), 'models/', modelPath(model_id)),
    ),
    ...figuresBy('engine')
      .filter(([id]) => id !== 'any')
      .map(([id]) => toEntry('Engine', id, engineName(id), 'engines/', enginePath(id))),
    ...PAGES.map(([name, path, also]): PackedEntry => [name, path, 'Page', also, 0]),
  ]
}

function toEntry(type: 'GPU' | 'Model' | 'Engine', id: string, name: string, list: string, own: string): PackedEntry {
  const column = ({ GPU: 'gpu_id', Model: 'model_id', Engine: 'engine' } as const)[type]
  const figures = countOf(column).get(id) ?? 0
  const path = figures > 0 ? own : `${list}?${new URLSearchParams({ q: name })}`
  return [name, path, type, otherWords(type, id, name), figures]
}

const counts = new Map<string, Map<string, number>>()

function countOf(column: 'model_id' | 'gpu_id' | 'engine'): Map<string, number> {
  if (!counts.has(column)) counts.set(column, new Map(figuresBy(column).map(([id, rows]) => [id, rows.length])))
  return counts.get(column)!
}

/** The words of the id and the aliases that the name lacks. */
function otherWords(type: 'GPU' | 'Model' | 'Engine', id: string, name: string): string {
  const aliases = aliasesOf(type.toLowerCase(), id)
  const known = new Set(wordsOf(name))
  const words = [id, ...aliases].flatMap(wordsOf).filter((word) => !known.has(word))
  return [...new Set(words)].slice(0, 12).join(' ')
}

let aliases: Map<string, string[]> | undefined

function aliasesOf(what: string, id: string): string[] {
  aliases ??= new Map(
    [...groupBy(published('aliases'), (row) => `${row.what} ${row.id}`)].map(([key, own]) => [
      key,
      own.map(({ alias }) => alias),
    ]),
  )
  return aliases.get(`${what} ${id}`) ?? []
}
