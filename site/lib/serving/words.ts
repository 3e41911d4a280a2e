import { PROMPT_BUCKET_TITLES } from '../../../contracts/metrics.ts'
import { formatCount, formatUsd, formatValue, plural } from '../format.ts'
import { formatEngine, formatPrecision } from '../labels.ts'
import { markBound } from '../speed.ts'
import type { Option, ServingAnswer } from './answer.ts'
import type { Capacity, Delivered } from './capacity.ts'
import { userSpeed } from './capacity.ts'
import type { ServingQuestion } from './state.ts'
import type { Configuration, Level, ServingModel } from './types.ts'

/** `513 – 2,048 in, 129 – 512 out`. */
export function formatSize({ prompt, output }: Pick<Configuration, 'prompt' | 'output'>): string {
  const title = (bucket: Configuration['prompt']) => PROMPT_BUCKET_TITLES[bucket]
  return `${prompt === 'unknown' ? 'prompt not stated' : `${title(prompt)} in`}, ${title(output)} out`
}

/** `H100 SXM5 80GB ×4 with vLLM, fp8`. */
export function formatConfiguration(one: Configuration, { gpus, engines }: ServingModel): string {
  const gpu = gpus.find(({ id }) => id === one.gpu)!.name
  const engine = engines.find(({ id }) => id === one.engine)!.name
  const count = one.gpuCount > 1 ? ` ×${one.gpuCount}` : ''
  return `${gpu}${count} with ${formatEngine(engine, one.backend)}, ${formatPrecision(one.quantization)}`
}

/** A number of users, or a limit as it was typed: `64`, `544.5` as `545`. */
export const formatPlain = (value: number): string =>
  Number.isInteger(value) || value >= 100 ? formatCount(value) : String(Number(value.toPrecision(3)))

/** `one user`, `64 users`. */
export const formatLoadOf = (users: number): string => (users === 1 ? 'one user' : `${formatPlain(users)} users`)

/** `37.2 tok/s`, `≥ 37.2 tok/s`. */
export function formatUserSpeed(found: { tps: number; isLowerBound: boolean }): string {
  return `${markBound(formatValue(found.tps), found)} tok/s`
}

const CAPACITY_WORDS: Record<Capacity['basis'], string> = {
  measured: 'measured; the next measured load misses it',
  interpolated: 'interpolated between measured loads',
  last: 'highest load measured',
}
export const formatCapacity = ({ basis }: Capacity): string => CAPACITY_WORDS[basis]

/** What a figure at a load rests on: `measured`, `interpolated between measured loads of 32 and 64 users`. */
export function formatBasis({ between }: Pick<Delivered, 'between'>): string {
  if (!between) return 'measured'
  const [low, high] = between.map(({ users }) => formatPlain(users))
  return `interpolated between measured loads of ${low} and ${high} users`
}

/** The limits in words: `first token within 1,000 ms, at least 20 tok/s each`. */
export function formatSlo({ slo }: Pick<ServingQuestion, 'slo'>): string {
  const parts = [
    slo.ttftMs !== null && `first token within ${formatPlain(slo.ttftMs)} ms`,
    slo.tps !== null && `at least ${formatPlain(slo.tps)} tok/s each`,
  ].filter(Boolean)
  return parts.length === 0 ? 'no limit' : parts.join(', ')
}

/** The answer in one or two sentences. It says no more than the first row of the table. */
export function servingHeadline(data: ServingModel, question: ServingQuestion, answer: ServingAnswer): string {
  const [first] = answer.options
  if (!first) return describeNone(data, question, answer)
  const users = question.users === 1 ? 'one user' : `${formatCount(question.users)} users`
  const priced = answer.options.filter(({ usdPerHour }) => usdPerHour !== null).length
  const lead =
    priced === 0
      ? `Fewest GPUs for ${users}, no price known`
      : priced === 1
        ? `For ${users}, the only one with a known price`
        : `Cheapest for ${users}`
  const machines = first.machines === 1 ? '' : `${formatCount(first.machines)} machines, each `
  return `${lead}: ${machines}${formatConfiguration(first.configuration, data)}${describeCost(first)}.`
}

function describeCost({ usdPerHour, economics, machines }: Option): string {
  if (usdPerHour === null) return ''
  const hour = `${formatUsd(usdPerHour)} USD/h${machines > 1 ? ' in all' : ''}`
  return economics.output === null ? `: ${hour}` : `: ${hour}, ${formatUsd(economics.output)} USD per 1M output tokens`
}

function describeNone(data: ServingModel, question: ServingQuestion, { asked, closest }: ServingAnswer): string {
  if (asked.length === 0) return `${data.name} has not been measured with several users yet.`
  return `No measured configuration of ${data.name} holds this (${formatSlo(question)}).${closest ? ` Closest: ${describeLevel(data, closest)}.` : ''}`
}

function describeLevel(data: ServingModel, { configuration, level }: { configuration: Configuration; level: Level }) {
  return `${formatConfiguration(configuration, data)}, at ${formatLoadOf(level.users)}: ${formatUserSpeed(userSpeed(level))} each, ${formatFirst(level.ttftMs)}`
}

/** `first token after 420 ms`. */
export function formatFirst(ttftMs: number | null): string {
  return ttftMs === null ? 'first token not measured' : `first token after ${formatValue(ttftMs)} ms`
}

/** What the cheapest option gives each user, and how many users a machine holds. */
export function describeService({ at, load, capacity, machines }: Option): string {
  const one = machines === 1 ? 'It' : 'Each machine'
  const most = `${one} holds ${capacity.basis === 'last' ? 'at least' : 'up to'} ${formatLoadOf(capacity.users)} (${formatCapacity(capacity)}).`
  if (!at)
    return `At ${formatLoadOf(load)} per machine it was not measured, so neither speed nor cost per token is given. ${most}`
  return `Each user gets ${formatUserSpeed(at)}, ${formatFirst(at.ttftMs)} (${formatBasis(at)}). ${most}`
}

/** How many configurations hold the SLO, and why the others do not. */
export function describeCounts({ counts, asked }: ServingAnswer, question: ServingQuestion): string {
  const parts = [
    counts.miss > 0 && `${counts.miss} ${counts.miss === 1 ? 'misses' : 'miss'} it`,
    counts.untold > 0 && `${counts.untold} without a measured first token`,
  ].filter(Boolean)
  const rest = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  return `${counts.hold} of ${plural(asked.length, 'configuration')} measured at ${formatSize(question)} hold${counts.hold === 1 ? 's' : ''} ${formatSlo(question)}${rest}.`
}
