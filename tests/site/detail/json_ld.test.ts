import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { serialiseJsonLd } from '../../../site/lib/json_ld.ts'
import { HOSTILE } from '../matrix_fixture.ts'

test('no name leaves the script element of structured data, and none is changed by it', () => {
  const data = { '@type': 'Dataset', name: `${HOSTILE}<!--<script>]]>&lt;\u2028\u2029`, nested: { '</script>': ['<'] } }
  const text = serialiseJsonLd(data)
  expect(text).not.toMatch(/[<>&\u2028\u2029]/)
  expect(JSON.parse(text)).toEqual(data)
  const html = `<!doctype html><html><body><script type="application/ld+json">${text}</script><p>after</p></body></html>`
  const { document } = parseHTML(html)
  expect(document.querySelectorAll('script')).toHaveLength(1)
  expect(document.querySelectorAll('img')).toHaveLength(0)
  expect(JSON.parse(document.querySelector('script')!.textContent!)).toEqual(data)
})
