/**
 * Names at the worst that the contracts allow: catalogue names are 1 to 96 printable ASCII characters, what a source says of itself is any text.
 * Each script would open a dialog; each formula would run in a spreadsheet.
 */

/** Longest name of the catalogue, without a place to break it. */
export const LONGEST = 'W'.repeat(96)

export const GPU_NAMES = {
  'gpu-markup': '<script>alert("gpu")</script>"><img src=x onerror=alert(1)>',
  'gpu-formula': `=cmd|' /C calc'!A0`,
  // Also the name of what every object has.
  constructor: `" onmouseover="alert(1)" x='`,
  'gpu-longest': LONGEST,
  'gpu-plain': 'NVIDIA Plain One',
  'gpu-twin': 'NVIDIA Plain Two',
  'gpu-new': 'NVIDIA Few Owners',
  'gpu-rare': 'NVIDIA Rare',
} as const

export const MODEL_NAMES = {
  'hf:org/template': "{{constructor.constructor('alert(1)')()}} \u0024{alert(2)} <%= 1 %>",
  'hf:org/title': '</title></script><script>alert("model")</script><!-- &amp; &lt; &#x27;',
  'hf:org/formula': `@SUM(1+1)*cmd|' /C calc'!A0`,
  'hf:org/minus': `-2+3+cmd|' /C calc'!A0`,
  'hf:org/longest': LONGEST.toLowerCase(),
  'hf:org/plain': 'Plain 8B',
} as const

export const ENGINE_NAMES = {
  vllm: 'vLLM',
  'engine-markup': '<b>Engine</b>&amp;"><svg/onload=alert(3)>',
  'engine-longest': 'E'.repeat(96),
} as const

/** Turns what follows it around, and is not to be seen: written by its number, as no one could read it here. */
const RIGHT_TO_LEFT = String.fromCodePoint(0x202e)
const BELL = String.fromCodePoint(7)

export const SOURCE = {
  id: 'source-markup',
  title: `${RIGHT_TO_LEFT}drowssap ]]> </script><svg onload=alert(4)> 🦀👩‍👩‍👧 ${BELL}`.padEnd(200, '漢'),
  attribution: '=HYPERLINK("https://evil.example","x")\n<iframe src="javascript:alert(5)"></iframe>',
  licence: '<i>"MIT"</i>',
  revision: '--><script>alert(6)</script>',
  method: `'"><a href="javascript:alert(7)">${'x'.repeat(1900)}`,
} as const

export const PROVIDER = '+cmd|calc <img src=y onerror=alert(8)>'
export const LONGEST_VERSION = `0.1.0-${'v'.repeat(58)}`
