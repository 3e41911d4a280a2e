import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { answerQuestion } from '../../../site/lib/answers/rank.ts'
import { renderAnswers } from '../../../site/lib/answers/render_which.ts'
import { parseQuestion } from '../../../site/lib/answers/which_state.ts'
import { answersOf, figure, HOSTILE, run } from './fixture.ts'

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
const data = answersOf([
  run({ figures: { decode_tps: figure(100) } }),
  run({ gpu: 'two', figures: { decode_tps: figure(300) }, quantization: HOSTILE }),
])
const which = (query: string) => {
  const question = parseQuestion(new URLSearchParams(query), data)
  return renderAnswers(document, data, question, answerQuestion(data, question))[0]!
}

test('hostile names are text in the answer', () => {
  const node = which('')
  expect(node.textContent).toContain(HOSTILE)
  expect(node.querySelector('img, script, [onerror], [style]')).toBeNull()
})

test('the headline names the best by what matters, and says when nothing passes', () => {
  expect(which('').querySelector('.answer-head')!.textContent).toContain('300 tok/s')
  expect(which('by=cost').querySelector('.answer-head')!.textContent).toBe(`Cheapest: ${HOSTILE} with vLLM, 2.78 USD.`)
  const none = which('tps=9999')
  expect(none.querySelector('.answer-head')!.textContent).toBe('No published run of Alpha 8B passes these limits.')
  expect(none.textContent).toContain('Runs hidden: 2 slower than the least speed.')
})
