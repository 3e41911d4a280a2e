const ON = ['1', 'true', 'yes', 'on']
const OFF = ['0', 'false', 'no', 'off']

/** The values of a switch in the environment, for errors and the documentation. */
export const FLAG_FORM = `one of ${[...ON, ...OFF].join(', ')}`

/** A switch in the environment: on, off, not set (absent or empty), or an invalid value. */
export function readFlag(value: string | undefined): 'on' | 'off' | 'unset' | 'unreadable' {
  const word = value?.trim().toLowerCase() ?? ''
  if (word === '') return 'unset'
  if (ON.includes(word)) return 'on'
  return OFF.includes(word) ? 'off' : 'unreadable'
}
