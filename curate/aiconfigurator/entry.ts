/** An entry of silicon_sample.csv with what its columns and its free text say. */
export interface Entry {
  origin: string
  fields: Record<string, string>
  concurrency: number
  day: string | null
  /** Whether it comes from a dump, in the place of a file of one benchmark. */
  isDump: boolean
  tpot_ms: number
  ttft_ms: number
}

/** What identifies a measurement: equal keys mean one configuration at one load. */
const KEY = [
  'backend',
  'backend_version',
  'model_path',
  'system',
  'precision',
  'isl',
  'osl',
  'tp_size',
  'pp_size',
  'attention_dp_size',
  'moe_tp_size',
  'moe_ep_size',
]

/** Reads an entry; null where the free text holds no concurrency. */
export function readEntry(fields: Record<string, string>, origin: string): Entry | null {
  const text = fields.silicon_data_source ?? ''
  const concurrency = /silicon_concurrency=(\d+)/.exec(text)?.[1]
  if (concurrency === undefined) return null
  return {
    origin,
    fields,
    concurrency: Number(concurrency),
    day: /measured=(\d{4}-\d{2}-\d{2})/.exec(text)?.[1] ?? null,
    isDump: !text.startsWith('source_file=~/'),
    tpot_ms: Number(fields.silicon_tpot_ms),
    ttft_ms: Number(fields.silicon_ttft_ms),
  }
}

/** Identifies the configuration and load of an entry. */
export function keyOf({ fields, concurrency }: Entry): string {
  return JSON.stringify([...KEY.map((column) => fields[column]), concurrency])
}

/** Whether entries of one key differ by more than `tolerance` in the time per token. */
export function contradict(entries: readonly Entry[], tolerance: number): boolean {
  const times = entries.map(({ tpot_ms }) => tpot_ms)
  return Math.max(...times) > Math.min(...times) * (1 + tolerance)
}

/** The entry to keep of several of one key: one with a day, then the one with the most digits. */
export function bestOf(entries: readonly Entry[]): Entry {
  const digits = ({ fields }: Entry) => fields.silicon_tpot_ms!.length
  return [...entries].sort((a, b) => Number(b.day !== null) - Number(a.day !== null) || digits(b) - digits(a))[0]!
}

/** The GPUs of an entry, and its degrees of parallelism where they are known apart; null if the columns contradict each other. */
export function parallelismOf({ fields, isDump }: Entry) {
  const [tp, pp, dp, moeTp, moeEp] = ['tp_size', 'pp_size', 'attention_dp_size', 'moe_tp_size', 'moe_ep_size'].map(
    (column) => Number(fields[column]) || 1,
  ) as [number, number, number, number, number]
  const experts = moeTp * moeEp
  if ((isDump && tp > 1 && dp > 1) || (experts > 1 && experts !== tp * dp)) return null
  if (isDump && moeTp > 1 && moeEp > 1) return { gpu_count: moeTp, options: {}, isProduct: true }
  const options = {
    tensor_parallel: tp,
    pipeline_parallel: pp > 1 ? pp : undefined,
    data_parallel: dp > 1 ? dp : undefined,
    expert_parallel: moeEp > 1 ? moeEp : undefined,
  }
  return { gpu_count: tp * pp * dp, options, isProduct: false }
}
