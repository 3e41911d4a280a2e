import { type HourlyPrice, hourlyPrice, type Power, powerOf } from '../answers/cost.ts'
import type { AnswerGpu } from '../answers/types.ts'
import { costPerMillion } from '../cost.ts'
import { groupBy } from '../group_by.ts'
import { type Capacity, capacityOf, type Delivered, deliveredAt, holds, type Slo, userSpeed } from './capacity.ts'
import type { ServingQuestion } from './state.ts'
import type { Configuration, Level, ServingModel } from './types.ts'

/** A configuration that holds the SLO, with what the users asked for need of it. */
export interface Option {
  configuration: Configuration
  gpu: AnswerGpu
  engine: string
  /** Of one machine. */
  capacity: Capacity
  machines: number
  /** Users of the fullest machine. */
  load: number
  /** What one machine delivers at that load; null below the lowest load measured. */
  at: Delivered | null
  /** Of one machine. */
  price: HourlyPrice | null
  /** USD per hour for all machines. */
  usdPerHour: number | null
  economics: Economics
  /** Further configurations of the same GPU, count and engine that hold the SLO. */
  others: number
}

/** What a token costs at a load. */
export interface Economics {
  /** USD per million output tokens, the reading of their prompts included. */
  output: number | null
  /** USD per million prompt tokens on a machine that does nothing but read them for one user. */
  input: number | null
  energy: { joules: number; power: Power } | null
}

export interface ServingAnswer {
  /** Cheapest first; those without a price last. */
  options: Option[]
  /** All configurations that were measured at the size, type and precision asked for. */
  asked: Configuration[]
  /** How many of them hold the SLO, miss it, or have no first-token time to tell by. */
  counts: { hold: number; miss: number; untold: number }
  /** The level that comes closest where none holds the SLO. */
  closest: { configuration: Configuration; level: Level } | null
}

/** The answer to a question: every configuration that holds the SLO, with the machines the users need, cheapest first. */
export function answerServing(data: ServingModel, question: ServingQuestion): ServingAnswer {
  const asked = data.configurations.filter((one) => isAsked(one, question))
  const options = asked.flatMap((one) => optionOf(data, one, question) ?? [])
  const rest = asked.filter((one) => !options.some(({ configuration }) => configuration === one))
  const untold = rest.filter((one) => isUntold(one, question.slo)).length
  return {
    options: bestOfEach(options),
    asked,
    counts: { hold: options.length, miss: rest.length - untold, untold },
    closest: options.length > 0 ? null : findClosest(asked, question.slo),
  }
}

function isAsked(one: Configuration, { prompt, output, isOffline, quantization }: ServingQuestion): boolean {
  const isSize = one.prompt === prompt && one.output === output
  return isSize && one.isOffline === isOffline && (quantization === '' || one.quantization === quantization)
}

function optionOf(data: ServingModel, configuration: Configuration, question: ServingQuestion): Option | null {
  const { users, slo, basis } = question
  const capacity = capacityOf(configuration.levels, slo)
  if (!capacity) return null
  const gpu = data.gpus.find(({ id }) => id === configuration.gpu)!
  const { machines, load, at } = spread(configuration.levels, users, capacity.users, slo)
  const price = hourlyPrice({ gpuCount: configuration.gpuCount, powerW: at?.powerW ?? null }, gpu, basis)
  return {
    configuration,
    gpu,
    engine: data.engines.find(({ id }) => id === configuration.engine)!.name,
    capacity,
    machines,
    load,
    at,
    price,
    usdPerHour: price && price.usdPerHour * machines,
    economics: economicsOf(configuration, gpu, at, { price, utilisation: basis.utilisation }),
    others: 0,
  }
}

/** The fewest machines whose share of the users holds the SLO: a load below the highest may miss it where figures are noisy. */
function spread(levels: Level[], users: number, most: number, slo: Slo) {
  for (let machines = Math.ceil(users / most); ; machines++) {
    const load = Math.ceil(users / machines)
    const at = deliveredAt(levels, load)
    if (!at || holds(at, slo)) return { machines, load, at }
    if (load === 1) return { machines, load, at: null }
  }
}

interface Paid {
  price: HourlyPrice | null
  utilisation: number
}

/** What a token costs where a configuration delivers `at`. No dollars and no joules without a throughput. */
export function economicsOf(
  { gpuCount, prefillTps }: Pick<Configuration, 'gpuCount' | 'prefillTps'>,
  gpu: AnswerGpu,
  at: { outputTps: number; powerW: number | null } | null,
  { price, utilisation }: Paid,
): Economics {
  const perMillion = (tps: number | null | undefined) =>
    price && tps ? costPerMillion(tps, price.usdPerHour, utilisation) : null
  const power = powerOf({ gpuCount, powerW: at?.powerW ?? null }, gpu)
  return {
    output: perMillion(at?.outputTps),
    input: perMillion(prefillTps),
    energy: at && power && { joules: power.watts / at.outputTps, power },
  }
}

/** The cheapest option of each GPU, count and engine, cheapest first. */
function bestOfEach(options: Option[]): Option[] {
  const sorted = options.toSorted(byPrice)
  const groups = groupBy(sorted, ({ configuration: { gpu, gpuCount, engine } }) => `${gpu} ${gpuCount} ${engine}`)
  return [...groups.values()].map(([best, ...others]) => ({ ...best!, others: others.length }))
}

function byPrice(a: Option, b: Option): number {
  const none = Number.POSITIVE_INFINITY
  const by = (value: (option: Option) => number) => (value(a) === value(b) ? 0 : value(a) - value(b))
  return (
    by(({ usdPerHour }) => usdPerHour ?? none) ||
    by(({ economics }) => economics.output ?? none) ||
    by(({ machines, configuration }) => machines * configuration.gpuCount) ||
    by(({ at }) => -(at?.tps ?? 0)) ||
    a.gpu.name.localeCompare(b.gpu.name)
  )
}

function isUntold({ levels }: Configuration, { ttftMs, tps }: Slo): boolean {
  return (
    ttftMs !== null &&
    levels.every((level) => level.ttftMs === null && holds({ ...userSpeed(level), ttftMs }, { ttftMs, tps }))
  )
}

function findClosest(asked: Configuration[], slo: Slo): ServingAnswer['closest'] {
  const all = asked.flatMap((configuration) => configuration.levels.map((level) => ({ configuration, level })))
  const distance = ({ level }: (typeof all)[number]) =>
    Math.max(
      slo.tps === null ? 0 : slo.tps / userSpeed(level).tps,
      slo.ttftMs === null ? 0 : level.ttftMs === null ? Number.POSITIVE_INFINITY : level.ttftMs / slo.ttftMs,
    )
  const [best] = all.toSorted((a, b) => distance(a) - distance(b) || 0)
  return best ?? null
}
