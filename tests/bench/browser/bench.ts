/** Where a measure finds the site, and how often it may try. */
export interface BrowserBench {
  origin: string
  rounds: number
}
