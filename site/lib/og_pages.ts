/** The sections with their own preview picture (Open Graph), by the first segment of their path. */
export const OG_PAGES: Record<string, { title: string; line: string }> = {
  site: {
    title: 'How fast does this model run on this GPU?',
    line: 'Speed by model, GPU and engine, with spread, sample size and source',
  },
  'which-gpu': {
    title: 'Which GPU for my model?',
    line: 'Ranked GPUs and engines within your limits of price, speed and memory',
  },
  compare: {
    title: 'GPU against GPU',
    line: 'Faster, slower or indistinguishable, like for like only',
  },
  serving: {
    title: 'Which machine serves my users?',
    line: 'The cheapest GPU and engine within your limits, with cost and energy per token',
  },
  versions: { title: 'Did the update make it slower?', line: 'Engine versions in order, with effect and evidence' },
  explore: { title: 'Every figure in SQL', line: 'Query the published tables in the browser' },
  'my-numbers': { title: 'My own numbers', line: 'Compare your export with the matrix; nothing leaves the browser' },
  contribute: { title: 'Contribute', line: 'The speed of your machine, in five steps' },
  models: { title: 'Models', line: 'Language models with measured speed' },
  gpus: { title: 'GPUs', line: 'Accelerators with measured language model speed' },
  engines: { title: 'Engines', line: 'Inference engines with measured speed' },
  methods: { title: 'Methods', line: 'How the figures are made, and how far they can be trusted' },
  data: { title: 'Data', line: 'Every table as Arrow files, with sources and licences' },
  docs: { title: 'Documentation', line: 'For visitors, contributors and operators' },
  api: { title: 'API', line: 'JSON, CSV, badges and feeds' },
}

/** The default preview picture of a page: that of its section, else that of the site. `path` is relative to the root. */
export function defaultPicture(path: string): string {
  const section = path.split('/')[0] || 'site'
  return `og/${Object.hasOwn(OG_PAGES, section) ? section : 'site'}.png`
}
