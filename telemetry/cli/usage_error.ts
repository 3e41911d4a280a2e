export { findNearest, suggest } from '../nearest_word.ts'

/** A wrong command line; its message says what to write instead. Ends the process with exit code 2. */
export class UsageError extends Error {}
