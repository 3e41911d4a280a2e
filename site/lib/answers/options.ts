/** The options of a select. */
export type Options = [value: string, text: string][]
