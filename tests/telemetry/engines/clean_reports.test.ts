import { expect, test } from 'vitest'
import { cleanReportedFormat, cleanReportedVersion } from '../../../telemetry/engines/clean_reports.ts'

test.each([
  '0.11.0',
  '0.11.1rc2.dev123+g1a2b3c4.d20251101',
  '0.8.5.post1+cu128',
  'b6097-9515c613',
  'v0.3.0-alpha',
  '0.13.0-rc0',
  '1.1.0rc2.post2',
  '3.3.5-dev0',
  '1.8.0-rtx',
  '217',
])('%s is a version', (version) => {
  expect(cleanReportedVersion(version)).toBe(version)
})

test.each([
  ['0.12.6 (darwin)', '0.12.6'],
  ['0.11.0+acme.internal', '0.11.0'],
  ['0.11.0+g1a2b3c4.acme', '0.11.0+g1a2b3c4'],
  ['0.11.0-cudajane', '0.11.0'],
  ['0.11.0-janes-build', '0.11.0'],
  ['jane', 'unknown'],
  ['/home/jane', 'unknown'],
  ['', 'unknown'],
  [12, 'unknown'],
])('%j is cut to %s', (version, expected) => {
  expect(cleanReportedVersion(version)).toBe(expected)
})

test.each(
  'fp8 awq awq_marlin gptq_marlin_24 bitsandbytes bitsandbytes-nf4 modelopt_fp4 compressed-tensors w8a8_int8 w8a8_fp8 mxfp4 petit_nvfp4 auto-round fbgemm_fp8 moe_wna16 w4afp8 Q4_K_M IQ2_XXS UD-Q4_K_XL i1-Q4_K_M TQ1_0 F16 BF16 MXFP4_MOE 4bit int4 Q8_0 Q4_0_4_8'.split(
    ' ',
  ),
)('%s is a weight format', (format) => {
  expect(cleanReportedFormat(format)).toBe(format)
})

test.each(['jane', 'acme-internal', 'fp8-acme', '/home/jane', 'secret42', '', 12, null])('%j is none', (format) => {
  expect(cleanReportedFormat(format)).toBeUndefined()
})
