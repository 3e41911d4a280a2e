import { type CompareIndex, type Listed, MOST_SUBJECTS, SIDES, type Side } from './types.ts'

/** What /compare/ shows. */
export interface CompareQuestion {
  side: Side
  ids: string[]
  /** Slug of the one model to compare by; empty for any. */
  model: string
}

/** The question of an address, and the ids in it that are not published. Two ids at least; `start` fills in. */
export function parseCompare(params: URLSearchParams, index: CompareIndex, start: string[]) {
  const asked = readIds(params, index)
  const list = index[asked.side]
  const known = [...new Set(asked.ids)].filter((id) => list.some((one) => one.id === id)).slice(0, MOST_SUBJECTS)
  const unknown = asked.ids.filter((id) => !list.some((one) => one.id === id))
  const model = params.get('model') ?? ''
  const isModel = model === '' || index.models.some(({ id }) => id === model)
  const question: CompareQuestion = {
    side: asked.side,
    ids: fillUp(known, list, asked.side === 'gpus' ? start : []),
    model: isModel && asked.side !== 'models' ? model : '',
  }
  return { question, unknown: isModel ? unknown : [...unknown, model] }
}

/** `gpus=a,b`, `engines=…`, `models=…`; the older `a=…&b=…` where neither is there. */
function readIds(params: URLSearchParams, index: CompareIndex): { side: Side; ids: string[] } {
  const side = SIDES.find((one) => params.has(one))
  if (side) return { side, ids: params.get(side)!.split(',').filter(Boolean) }
  const ids = ['a', 'b'].flatMap((name) => params.get(name) ?? [])
  const isEngine = ids.some((id) => index.engines.some((one) => one.id === id))
  return { side: isEngine ? 'engines' : 'gpus', ids }
}

/** Two ids at least: the partner that the first shares most with, else what the page opens with. */
function fillUp(known: string[], list: Listed[], start: string[]): string[] {
  if (known.length >= 2) return known
  if (known.length === 0 && start.length === 2) return start
  const most = (one: Listed) => one.shares[0]?.[1] ?? 0
  const first = known[0] ?? list.toSorted((a, b) => most(b) - most(a))[0]?.id
  const partner = list.find(({ id }) => id === first)?.shares[0]?.[0]
  return [first, partner].filter((id) => id !== undefined)
}

/** The query string of a question; empty for what the page opens with. */
export function formatCompare({ side, ids, model }: CompareQuestion, start: string[]): string {
  if (side === 'gpus' && ids.join() === start.join() && model === '') return ''
  return `?${side}=${ids.map(encodeURIComponent).join(',')}${model === '' ? '' : `&model=${encodeURIComponent(model)}`}`
}
