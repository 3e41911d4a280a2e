import type { z } from 'zod'
import { FIELD_FORMS } from './field_forms.ts'
import { describeValue, type Violation } from './findings.ts'

type Issue = z.core.$ZodIssue

/** Explains one issue of a schema: field, what was expected, what was found. */
export function explainIssue(issue: Issue, input: unknown, fix: string): Violation {
  const params = issue.code === 'custom' ? (issue.params as { found?: string; fix?: string } | undefined) : undefined
  return {
    field: issue.path.map(String).join('.') || 'row',
    expected: expectation(issue),
    found: params?.found ?? describeValue(valueAt(input, issue.path)),
    fix: params?.fix ?? fix,
  }
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int'
        ? 'a whole number'
        : `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
    case 'invalid_format':
      return FIELD_FORMS[String(issue.path[0])] ?? `text of the form ${issue.pattern ?? issue.format}`
    case 'too_small':
      return `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}`
    default:
      return issue.message
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input)
}
