import { METRIC_INFO, METRICS, type Metric } from '../../../contracts/metrics.ts'
import { element } from '../../lib/dom.ts'
import { formatBytes, plural } from '../../lib/format.ts'
import type { Reference } from '../../lib/my_numbers/reference.ts'
import type { AnonymousFile, Message, Report, Task } from '../../lib/my_numbers/report.ts'
import { type Answered, renderConversion } from './render_conversion.ts'
import { renderFindings } from './render_findings.ts'
import { GROUPS_SHOWN, renderGroups } from './render_groups.ts'
import { renderShare } from './render_share.ts'
import { renderSummary } from './render_summary.ts'

/** Everything that checking a file needs. Loaded on the first interaction with the drop area; no network is needed after that. */
interface Tools {
  createWorker: () => Worker
  reference: Reference
}

/** Starts the page of own numbers: choosing and dropping files, progress, cancelling, the report. */
export function startMyNumbers(): void {
  new MyNumbers().start()
}

class MyNumbers {
  readonly #drop = find('drop')
  readonly #input = find('file') as HTMLInputElement
  readonly #ready = find('ready')
  readonly #working = find('working')
  readonly #result = find('result')
  #tools: Promise<Tools> | null = null
  #worker: Worker | null = null
  #download: string | null = null
  #run = 0

  start(): void {
    for (const type of ['pointerover', 'focusin', 'dragenter', 'touchstart']) {
      this.#drop.addEventListener(type, () => void this.#prepare().catch(() => undefined), { passive: true })
    }
    this.#input.addEventListener('change', () => this.#open(this.#input.files))
    this.#watchDrops()
    document.addEventListener('paste', (event) => this.#paste(event))
    find('cancel').addEventListener('click', () => this.#cancel())
  }

  #watchDrops(): void {
    const highlight = (over: boolean) => this.#drop.classList.toggle('over', over)
    // On the whole page: the browser would open a file that misses the box, in place of the page.
    document.addEventListener('dragover', (event) => {
      event.preventDefault()
      highlight(true)
    })
    document.addEventListener('dragleave', () => highlight(false))
    document.addEventListener('drop', (event) => {
      event.preventDefault()
      highlight(false)
      this.#open(event.dataTransfer?.files ?? null)
    })
  }

  /** Pasted text is a file, unless it was meant for a field. */
  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (text.trim() === '' || event.target instanceof HTMLInputElement) return
    void this.#check(new File([text], 'pasted text'))
  }

  #prepare(): Promise<Tools> {
    this.#tools ??= loadTools(this.#drop.dataset.reference!).then(
      (tools) => {
        this.#ready.textContent = 'Ready. This page needs nothing more: you can disconnect from the network now.'
        return tools
      },
      (error) => {
        this.#tools = null
        throw error
      },
    )
    return this.#tools
  }

  #open(files: FileList | null): void {
    const file = files?.[0]
    this.#input.value = ''
    if (file) void this.#check(file)
  }

  async #check(file: File, answered: Answered = { values: {}, questions: [] }): Promise<void> {
    this.#cancel()
    const run = ++this.#run
    this.#showProgress(file, 0, 0)
    try {
      const { createWorker, reference } = await this.#prepare()
      if (run !== this.#run) return
      const task: Task = { file, answers: answered.values, reference, month: currentMonth() }
      this.#worker = createWorker()
      this.#worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data, file, answered, reference)
      this.#worker.onerror = () => this.#fail('The check stopped unexpectedly.')
      this.#worker.postMessage(task)
    } catch {
      this.#fail('The check could not be loaded. Are you offline? Reload the page once while online.')
    }
  }

  #receive(message: Message, file: File, answered: Answered, reference: Reference): void {
    if (message.kind === 'progress') this.#showProgress(file, message.bytes, message.lines)
    else if (message.kind === 'failed') this.#fail(message.message)
    else {
      this.#stop()
      this.#showReport(file, answered, message.report, reference)
    }
  }

  #showProgress(file: File, bytes: number, lines: number): void {
    this.#working.hidden = false
    const bar = find('bar') as HTMLProgressElement
    bar.max = Math.max(file.size, 1)
    bar.value = bytes
    find('read').textContent =
      `${file.name}: ${formatBytes(bytes)} of ${formatBytes(file.size)}, ${plural(lines, 'line')}`
  }

  #stop(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#working.hidden = true
  }

  #cancel(): void {
    this.#run++
    this.#stop()
    this.#result.replaceChildren()
  }

  #fail(message: string): void {
    this.#stop()
    this.#result.replaceChildren(element(document, 'p', { class: 'note', role: 'alert' }, message))
  }

  #showReport(file: File, answered: Answered, report: Report, reference: Reference): void {
    if (this.#download) URL.revokeObjectURL(this.#download)
    this.#download = report.export ? URL.createObjectURL(report.export.blob) : null
    const heading = element(document, 'h2', { tabindex: '-1' }, file.name)
    const { conversion } = report
    const sections = [
      heading,
      conversion && renderConversion(conversion, answered, (more) => void this.#check(file, more)),
      renderLines(report),
      report.groups.length > 0 ? renderStanding(report, reference) : null,
      renderFindings(report),
      report.export && this.#download ? this.#renderShare(report.export, this.#download) : null,
    ]
    this.#result.replaceChildren(...sections.filter((section) => section !== null))
    heading.focus()
  }

  #renderShare(file: AnonymousFile, address: string): HTMLElement {
    const repository = this.#drop.dataset.repository ?? null
    return renderShare({ file, address, month: currentMonth(), repository })
  }
}

/** The verdicts on the lines; a file without lines is told, unless the conversion told why it gave none. */
function renderLines(report: Report): HTMLElement | null {
  if (report.lines > 0) return renderSummary(report)
  return report.conversion ? null : element(document, 'p', { class: 'note' }, 'The file has no lines.')
}

/** The comparison, with a choice of its metric that stays in the address. */
function renderStanding(report: Report, reference: Reference): HTMLElement {
  const groups = report.groups.slice(0, GROUPS_SHOWN)
  const list = element(document, 'div')
  const show = (metric: Metric) => list.replaceChildren(...renderGroups(groups, metric, reference))
  const first = metricOfAddress() ?? (groups[0]!.figures.decode_tps ? 'decode_tps' : 'e2e_tps')
  show(first)
  const choice = renderMetricChoice(first, (metric) => {
    rememberMetric(metric)
    show(metric)
  })
  const left = report.groups.length - groups.length
  const rest =
    left > 0
      ? element(
          document,
          'p',
          { class: 'muted' },
          `${plural(left, 'more configuration')} with fewer samples not shown.`,
        )
      : null
  return element(
    document,
    'section',
    {},
    element(document, 'h2', {}, 'How this machine compares'),
    choice,
    list,
    rest ?? '',
  )
}

function renderMetricChoice(chosen: Metric, onChange: (metric: Metric) => void): HTMLElement {
  const options = METRICS.map((metric) => element(document, 'option', { value: metric }, METRIC_INFO[metric].title))
  const select = element(document, 'select', { id: 'metric' }, ...options)
  select.value = chosen
  select.onchange = () => onChange(select.value as Metric)
  return element(document, 'p', { class: 'pager' }, element(document, 'label', { for: 'metric' }, 'Metric'), select)
}

async function loadTools(address: string): Promise<Tools> {
  const [{ createWorker }, { default: reference }] = await Promise.all([
    import('./create_worker.ts'),
    import(/* @vite-ignore */ new URL(address, location.href).href) as Promise<{ default: Reference }>,
  ])
  return { createWorker, reference }
}

function metricOfAddress(): Metric | null {
  const asked = new URLSearchParams(location.search).get('metric')
  return METRICS.find((metric) => metric === asked) ?? null
}

function rememberMetric(metric: Metric): void {
  const url = new URL(location.href)
  if (metric === 'decode_tps') url.searchParams.delete('metric')
  else url.searchParams.set('metric', metric)
  history.replaceState(null, '', url)
}

function currentMonth(): string {
  return new Date().toISOString().slice(0, 7)
}

function find(id: string): HTMLElement {
  return document.getElementById(id)!
}
