/** What people look for first, then the others by name. */
export function byFeatured<T extends { name: string; featured: number | null }>(list: readonly T[]): T[] {
  const place = ({ featured }: T) => featured ?? Number.MAX_SAFE_INTEGER
  return list.toSorted((a, b) => place(a) - place(b) || a.name.localeCompare(b.name, 'en'))
}
