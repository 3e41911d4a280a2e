import type { HostStatus, PageReport } from '../../contracts/host_report.ts'
import { element } from '../lib/dom.ts'
import { renderReport } from './render_report.ts'

/** The page of `orch ui`: reads the report of this host and shows it; the choices stay in the address. */
const form = find('choice') as HTMLFormElement
let run = 0

for (const select of form.querySelectorAll('select')) {
  const asked = new URLSearchParams(location.search).get(select.name)
  if ([...select.options].some(({ value }) => value === asked)) select.value = asked!
  select.addEventListener('change', () => void show())
}
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void show()
})
void show()

async function show(): Promise<void> {
  const own = ++run
  const query = readChoice()
  history.replaceState(null, '', query === '' ? location.pathname : `?${query}`)
  find('result').setAttribute('aria-busy', 'true')
  find('reading').textContent = 'Reading the buffer …'
  const began = performance.now()
  try {
    const [status, report] = await Promise.all([
      read<HostStatus>('/ui/status.json'),
      read<PageReport>(`/ui/report.json?${query}`),
    ])
    if (own !== run) return
    showStatus(status)
    find('result').replaceChildren(...renderReport(document, report, status))
    find('reading').textContent = `Read in ${((performance.now() - began) / 1000).toFixed(1)} s`
  } catch (error) {
    if (own !== run) return
    const text = `The report could not be read: ${(error as Error).message}. Is orch still running?`
    find('result').replaceChildren(element(document, 'p', { class: 'note', role: 'alert' }, text))
    find('reading').textContent = ''
  }
  find('result').removeAttribute('aria-busy')
}

/** The choices that are not the usual ones. */
function readChoice(): string {
  const chosen = [...form.querySelectorAll('select')].filter(
    ({ selectedOptions }) => !selectedOptions[0]!.defaultSelected,
  )
  return new URLSearchParams(chosen.map(({ name, value }) => [name, value])).toString()
}

function showStatus({ telemetry, buffers }: HostStatus): void {
  const states = { on: 'telemetry is on', local: 'recorded for you alone', off: 'telemetry is off' }
  find('state').textContent = states[telemetry]
  find('source').textContent = `Read from ${buffers.join(' and ')}.`
}

async function read<T>(address: string): Promise<T> {
  const response = await fetch(address)
  if (!response.ok) throw new Error((await response.text()).trim())
  return response.json() as Promise<T>
}

function find(id: string): HTMLElement {
  return document.getElementById(id)!
}
