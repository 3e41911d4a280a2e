import type { Section } from './describe_diff.ts'

/**
 * A described diff as Markdown for a pull request. Everything that comes from files stands in code spans, where Markdown, HTML, links, mentions
 * and references mean nothing; what could end the span or the table cell is written as an apostrophe or as
 * its code point.
 *
 * @param problems what was refused, rejected or quarantined, a line each
 */
export function renderMarkdown(sections: readonly Section[], problems: readonly string[]): string {
  const parts = sections.map(renderSection)
  if (problems.length > 0) parts.unshift(renderProblems(problems))
  return `## What this changes\n\n${parts.length === 0 ? 'Nothing that is published changes.\n' : parts.join('\n')}`
}

/** Problems shown; a pull request's page has a limited size. */
const MOST_PROBLEMS = 50

function renderProblems(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `- ${codeSpan(problem)}`)
  const rest = problems.length - shown.length
  const more = rest > 0 ? `\n- … and ${rest.toLocaleString('en')} more: see \`npm run validate\`` : ''
  return `### Problems (${problems.length.toLocaleString('en')})\n\n${shown.join('\n')}${more}\n`
}

function renderSection({ title, total, entries }: Section): string {
  const rows = entries.map(({ what, numbers }) => `| ${codeSpan(what)} | ${codeSpan(numbers)} |`)
  const rest = total - entries.length
  const more = rest > 0 ? `\n… and ${rest.toLocaleString('en')} more; \`--format json\` lists all.\n` : ''
  return `### ${title} (${total.toLocaleString('en')})\n\n| What | Before → after |\n| --- | --- |\n${rows.join('\n')}\n${more}`
}

/** Everything but letters and signs that mean nothing inside a code span of a table cell. */
const NOT_PLAIN = /[^A-Za-z0-9 ._+:;,/()"'$=%&@#*<>[\]{}!?~^×→·…−–≤-]/gu

/** Text as a code span that it cannot leave. */
export function codeSpan(text: string): string {
  const inside = text
    .replaceAll('`', "'")
    .replace(NOT_PLAIN, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
  return `\`${inside.trim() === '' ? '(empty)' : inside}\``
}
