// Runs before the first paint, so that a page never flashes in the wrong theme. Stores nothing until a visitor chooses a theme.
const THEMES = ['auto', 'light', 'dark']
const LABELS = { auto: 'as the system', light: 'light', dark: 'dark' }

function readTheme() {
  try {
    const stored = localStorage.getItem('theme')
    return THEMES.includes(stored) ? stored : 'auto'
  } catch {
    return 'auto'
  }
}

function storeTheme(theme) {
  try {
    if (theme === 'auto') localStorage.removeItem('theme')
    else localStorage.setItem('theme', theme)
  } catch {
    // Storage may be blocked: the choice then lasts for this page.
  }
}

function applyTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

function startSwitch() {
  const button = document.getElementById('theme')
  if (!button) return
  let theme = readTheme()
  const name = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]
    button.dataset.shown = theme
    button.setAttribute('aria-label', `Theme: ${LABELS[theme]}. Switch to ${LABELS[next]}`)
    button.title = `Theme: ${LABELS[theme]}`
  }
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]
    storeTheme(theme)
    applyTheme(theme)
    name()
  })
  name()
  button.hidden = false
}

applyTheme(readTheme())
document.addEventListener('DOMContentLoaded', startSwitch)
