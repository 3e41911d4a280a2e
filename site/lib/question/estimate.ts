import { groupBy } from '../group_by.ts'
import type { Entry } from '../matrix/entries.ts'
import type { BackTest, CatalogueGpu, CatalogueModel, Estimate, Facts } from './types.ts'

/**
 * Estimates of decode speed for one user on one GPU. Every token reads all active weights once, so that bandwidth ÷ bytes read is a limit;
 * how much of it is reached follows from the measured pairs that are most alike.
 */

/** A measured pair of model and GPU: its fastest figure of decode speed, and the share of the limit that it reaches. */
export interface Point {
  gpu: CatalogueGpu
  model: CatalogueModel
  entry: Entry
  readGb: number
  limit: number
  efficiency: number
}

/** As many of the most similar pairs as an estimate is the median of. */
const NEIGHBOURS = 15
/** What other terms than distance in size and bandwidth count, in powers of e. */
const OTHER_KIND = { mixture: 1, group: 0.3 }

/** The measured pairs that estimates follow from: one user, one GPU, decode speed, and known bandwidth, size and precision. */
export function findPoints(facts: Facts): Point[] {
  const points = facts.matrix.entries.flatMap((entry) => {
    const point = toPoint(facts, entry)
    return point ? [point] : []
  })
  const pairs = groupBy(points, ({ entry }) => `${entry.model} ${entry.gpu}`)
  return [...pairs.values()].map((all) => all.reduce((a, b) => (tpsOf(b) > tpsOf(a) ? b : a)))
}

const tpsOf = ({ entry }: Point): number => entry.figures.decode_tps!.p50

function toPoint({ matrix, catalogue }: Facts, entry: Entry): Point | null {
  const speed = entry.figures.decode_tps
  if (!speed || entry.type !== 'single_stream' || entry.gpuCount !== 1) return null
  const gpu = indexOf(catalogue.gpus, 'id').get(matrix.gpus[entry.gpu]!.id)
  const model = indexOf(catalogue.models, 'slug').get(matrix.models[entry.model]!.slug)
  const bits = catalogue.bits[entry.quantization]
  if (!gpu?.bandwidthGbps || !model?.activeB || !bits) return null
  const readGb = (model.activeB * bits) / 8
  const limit = gpu.bandwidthGbps / readGb
  return { gpu, model, entry, readGb, limit, efficiency: speed.p50 / limit }
}

/** An estimate for a pair at a precision; null where bandwidth, size or precision is not known, or too little was measured. */
export function estimateSpeed(
  facts: Facts,
  gpu: CatalogueGpu,
  model: CatalogueModel,
  quantization: string,
  points: Point[] = findPoints(facts),
): Estimate | null {
  const bits = facts.catalogue.bits[quantization]
  if (!gpu.bandwidthGbps || !model.activeB || !model.paramsB || !bits || points.length < NEIGHBOURS) return null
  const readGb = (model.activeB * bits) / 8
  const distance = (point: Point) =>
    Math.abs(Math.log(point.readGb / readGb)) +
    Math.abs(Math.log(point.gpu.bandwidthGbps! / gpu.bandwidthGbps!)) +
    (isMixture(point.model) === isMixture(model) ? 0 : OTHER_KIND.mixture) +
    (point.gpu.group === gpu.group ? 0 : OTHER_KIND.group)
  const nearest = points.toSorted((a, b) => distance(a) - distance(b)).slice(0, NEIGHBOURS)
  const efficiency = median(nearest.map((point) => point.efficiency))
  const weightsGb = (model.paramsB * bits) / 8
  return {
    tps: (gpu.bandwidthGbps / readGb) * efficiency,
    quantization,
    readGb,
    weightsGb,
    fits: gpu.memoryGb === null ? null : weightsGb <= gpu.memoryGb,
    efficiency,
    pairs: nearest.length,
  }
}

const isMixture = ({ paramsB, activeB }: CatalogueModel): boolean => paramsB !== null && activeB! < paramsB

/** Each measured pair as it would be estimated if it had not been measured, and all its figures with it. */
export function estimateMeasured(facts: Facts): { point: Point; estimate: Estimate }[] {
  const points = findPoints(facts)
  return points.flatMap((point) => {
    const others = points.filter((other) => other !== point)
    const estimate = estimateSpeed(facts, point.gpu, point.model, point.entry.quantization, others)
    return estimate ? [{ point, estimate }] : []
  })
}

/** How far the estimates of measured pairs are off; null where too little was measured. */
export function backTest(pairs: { point: Point; estimate: Estimate }[]): BackTest | null {
  if (pairs.length === 0) return null
  const factors = pairs
    .map(({ point, estimate }) => estimate.tps / tpsOf(point))
    .map((ratio) => Math.max(ratio, 1 / ratio))
    .sort((a, b) => a - b)
  const at = (share: number) => factors[Math.ceil(share * factors.length) - 1]!
  return { pairs: pairs.length, half: at(0.5), most: at(0.9) }
}

const measured = new WeakMap<Facts, ReturnType<typeof estimateMeasured>>()

/** The back-test over the measured pairs of a group of GPUs, or over all where the group has too few; the estimates are made once. */
export function backTestOf(facts: Facts, group: string): BackTest | null {
  if (!measured.has(facts)) measured.set(facts, estimateMeasured(facts))
  const all = measured.get(facts)!
  const own = all.filter(({ point }) => point.gpu.group === group)
  return backTest(own.length < LEAST_OF_GROUP ? all : own)
}
const LEAST_OF_GROUP = 10

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!
}

const indexes = new WeakMap<object, Map<string, unknown>>()

/** The entries of a list by their key; made once. */
export function indexOf<T, Key extends keyof T & string>(list: readonly T[], key: Key): Map<string, T> {
  if (!indexes.has(list)) indexes.set(list, new Map(list.map((one) => [String(one[key]), one])))
  return indexes.get(list) as Map<string, T>
}
