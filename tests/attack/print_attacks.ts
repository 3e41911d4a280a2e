import type { Found } from './attack_seed.ts'
import { tally } from './support/tally.ts'

const K = 5

/** The attacks of several seeds as a Markdown table, and whether none of them succeeded where nothing is stated. */
export function printAttacks(found: readonly Found[]): { text: string; isClean: boolean } {
  const rows = Object.keys(found[0]!.published).map((name) => {
    const counted = (of: 'published' | 'control') =>
      tally(
        found.flatMap((one) => one[of][name]!),
        K,
      )
    return { name, published: counted('published'), control: counted('control') }
  })
  const medians = tally(
    found.flatMap((one) => one.medians),
    K,
  )
  const text = [
    `| number | published | of fewer than ${K} | of one | control: of fewer than ${K} | of one |`,
    '|---|---|---|---|---|---|',
    ...rows.map(({ name, published: p, control: c }) => line(name, p.tried, p.few, p.one, c.few, c.one)),
    line('stated: medians and their intervals rest on half', medians.tried, medians.few, medians.one, '–', '–'),
  ].join('\n')
  return { text, isClean: rows.every(({ published }) => published.few === 0) }
}

function line(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

/** What four accounts of one person learn of the fifth contributor, in words. */
export function describeExposure(found: readonly Found[]): string {
  const medians = found.map(({ exposure }) => exposure.median).sort((a, b) => a - b)
  const rates = found.flatMap(({ exposure }) => exposure.failureRate ?? []).sort((a, b) => a - b)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return `Stated: four accounts of one person and one victim. The victim's median is known to within ${percent(medians.at(-1)!)} (half of the seeds: ${percent(medians[Math.floor(medians.length / 2)]!)}), its share of failures in ${rates.length} of ${found.length} seeds to within ${percent(rates.at(-1) ?? 0)}.`
}
