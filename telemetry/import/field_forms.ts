/** Descriptions of the formats of the contract's text fields, for error messages. */
export const FIELD_FORMS: Partial<Record<string, string>> = {
  ts: 'a day from 2020 on',
  model_ref: 'hf:org/repo, hf:org/repo/file or a bare name of letters, digits and . _ - + :, never a path',
  engine: 'a name in lower case of letters, digits and . _ -, for example vllm',
  engine_version: 'a version of letters, digits and . _ - +',
  gpu_name: 'a name of at most 64 letters, digits, blanks and ( ) + . , @ _ -',
  quantization: 'a name of at most 32 letters, digits and . _ - +, for example Q4_K_M',
}
