import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { renderOgCard } from '../../../site/data/og.ts'
import { drawOgCard, wrapText } from '../../../site/lib/og_card.ts'
import { defaultPicture } from '../../../site/lib/og_pages.ts'
import { HOSTILE } from '../matrix_fixture.ts'

const bars = [120, 60, 30].map((value, i) => ({ label: i === 0 ? HOSTILE : `GPU ${i}`, value, text: String(value) }))
const card = {
  title: `${HOSTILE} ${'m'.repeat(200)}`,
  line: HOSTILE,
  axis: 'Decode speed in tok/s',
  bars,
  site: HOSTILE,
}

test('names of the data are text of a card, cut to its width', () => {
  const { document } = parseHTML(drawOgCard(card))
  expect(document.querySelectorAll('img, script')).toHaveLength(0)
  const texts = [...document.querySelectorAll('text')].map((node) => node.textContent!)
  expect(texts.some((text) => text.startsWith('<img src=x'))).toBe(true)
  for (const text of texts) expect(text.length).toBeLessThan(70)
})

test('a card is a picture of 1200 by 630 with words on it', async () => {
  const png = await renderOgCard(card)
  const { width, height, format } = await sharp(png).metadata()
  expect([format, width, height]).toEqual(['png', 1200, 630])
  const headline = await sharp(png).extract({ left: 72, top: 140, width: 900, height: 60 }).stats()
  expect(headline.channels[0]!.min).toBeLessThan(100)
})

test('words are wrapped, and cut after the last line', () => {
  expect(wrapText('one two three', 7, 2)).toEqual(['one two', 'three'])
  expect(wrapText('one two three four', 7, 2)).toEqual(['one two', 'three…'])
  expect(wrapText('incomprehensible', 7, 2)).toEqual(['incomp…'])
})

test('a page without a picture of its own has that of its section', () => {
  expect(defaultPicture('')).toBe('og/site.png')
  expect(defaultPicture('docs/faq/')).toBe('og/docs.png')
  expect(defaultPicture('constructor/')).toBe('og/site.png')
})
