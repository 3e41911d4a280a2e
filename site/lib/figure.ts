/** The distribution behind one figure, in the unit of its metric. */
export interface Figure {
  n: number
  p25: number
  p50: number
  p75: number
  /** 95 % interval of the median; only for ranked community figures. */
  interval: [low: number, high: number] | null
}
