/** The groups of GPUs in the order of the columns, with their titles. */
const GROUPS: Record<string, string> = {
  consumer: 'Consumer',
  workstation: 'Workstation',
  apple: 'Apple',
  integrated: 'APU',
  datacenter: 'Data centre',
  laptop: 'Laptop',
}
const ORDER = Object.keys(GROUPS)

/** `Data centre`; groups without a title are called by their id. */
export const groupTitle = (group: string): string => GROUPS[group] ?? group

/** The place of a group among the others; unknown ones come last. */
export function groupPlace(group: string): number {
  const place = ORDER.indexOf(group)
  return place < 0 ? ORDER.length : place
}
