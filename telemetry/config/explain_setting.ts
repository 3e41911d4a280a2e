import type { z } from 'zod'
import { PATTERNS } from '../../contracts/fields.ts'
import { showName, showValue } from '../../contracts/show.ts'
import { suggest } from '../nearest_word.ts'
import { showUrl } from '../show_url.ts'
import { Config, HEADER_NAME } from './schema.ts'
import { keysAt } from './schema_walk.ts'
import { settingAt } from './setting_tree.ts'

type Issue = z.core.$ZodIssue

/** A problem of one setting, without the position at which it was written. */
export interface SettingProblem {
  path: readonly PropertyKey[]
  text: string
}

/** Explains what is wrong with the settings: key, what was expected, what was found, fix. */
export function explainSetting(issue: Issue, tree: unknown): SettingProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => explainUnknown(issue.path, key))
  const value = settingAt(tree, issue.path)
  const found = value === undefined ? 'nothing' : showSetting(value)
  const text = `${nameOf(issue.path)}: expected ${expectation(issue)}, found ${found}.`
  return [{ path: issue.path, text }]
}

/** What a URL looks like, also a mistyped one: it may hold a password or a key. */
const URL_LIKE = /:\/\/|@/

function showSetting(value: unknown): string {
  if (typeof value === 'string') return showValue(URL_LIKE.test(value) ? showUrl(value) : value)
  const shown = showValue(value)
  if (!URL_LIKE.test(JSON.stringify(value))) return shown
  return Array.isArray(value) ? 'a list' : 'a table'
}

function explainUnknown(path: readonly PropertyKey[], key: string): SettingProblem {
  const table = path.length === 0 ? 'the settings' : `[${nameOf(path)}]`
  const advice = suggest(key, keysAt(Config, path))
  return {
    path: [...path, key],
    text: `${nameOf([...path, key])}: expected a key of ${table}, found an unknown one. ${advice}`,
  }
}

/** A path of keys as TOML writes it, entries of lists counted from 1: `upstream[1].url`. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${showName(String(key))}`))
    .join('')
    .slice(1)
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeName(issue.expected)
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `${typeName(issue.origin)} that is not empty`
        : `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`
    case 'too_big':
      return `a number of at most ${issue.maximum}`
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'invalid_format':
      return formName(issue)
    default:
      return issue.message
  }
}

const TYPE_NAMES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
}

function typeName(type: string): string {
  return TYPE_NAMES[type] ?? type
}

/** The description of a format of text; its pattern if it has no description. */
function formName(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if (issue.format === 'url') return 'a URL that begins with http:// or https://'
  const pattern = 'pattern' in issue ? String(issue.pattern) : issue.format
  const named = FORM_NAMES.find(([form]) => String(new RegExp(form)) === pattern)
  return named ? named[1] : `text of the form ${pattern}`
}

const FORM_NAMES: readonly (readonly [string, string])[] = [
  [PATTERNS.engine, 'a name in lower case of letters, digits and . _ -, for example vllm'],
  [PATTERNS.engine_version, 'a version of letters, digits and . _ - +'],
  [PATTERNS.model_ref, 'hf:org/repo, hf:org/repo/file or a bare name, never a path'],
  [PATTERNS.quantization, 'a name of letters, digits and . _ - +, for example Q4_K_M'],
  [PATTERNS.gpu_name, 'the name of a GPU as its driver gives it, for example "NVIDIA H100 80GB HBM3"'],
  [PATTERNS.driver_version, 'a version of letters, digits and . _ - +'],
  [HEADER_NAME, 'the name of a header, of letters, digits and -'],
]
