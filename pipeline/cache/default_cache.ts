/** Where commands keep what they computed, unless told otherwise. Relative to the folder that npm runs them in. */
export const DEFAULT_CACHE = 'node_modules/.cache/orch-pipeline'
