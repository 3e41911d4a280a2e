import { wrapText } from '../report/wrap_text.ts'
import type { Section } from './describe_diff.ts'

const WIDTH = 80

/** A described diff as lines of plain text, at most 80 columns wide. */
export function renderText(sections: readonly Section[]): string[] {
  if (sections.length === 0) return ['Nothing that is published changes.']
  return sections.flatMap(({ title, total, entries }, i) => [
    ...(i === 0 ? [] : ['']),
    `${title} (${total.toLocaleString('en')})`,
    ...entries.flatMap(({ what, numbers }) => [...wrapText(what, WIDTH, '  '), ...wrapText(numbers, WIDTH, '      ')]),
    ...(total > entries.length
      ? [`  … and ${(total - entries.length).toLocaleString('en')} more; --format json lists all`]
      : []),
  ])
}
