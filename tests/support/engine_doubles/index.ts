export { startEngineDouble } from './start_double.ts'
export { joinTokens, tokenText } from './tokens.ts'
export type { Answer, DoubleOptions, EngineDouble, RecordedRequest } from './types.ts'
