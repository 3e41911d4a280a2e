import { expect, test } from 'vitest'
import { judgeLine } from '../../../contracts/index.ts'
import { type JudgedBatch, judgeBatch } from '../../../telemetry/collect/judge_batch.ts'
import { CHUNK_BYTES, LineChecker } from '../../../telemetry/collect/line_checker.ts'
import { exportLine } from '../../bench/generate.ts'
import { createRandom } from '../../bench/random.ts'

const NOW = Date.UTC(2026, 10, 29)
const random = createRandom(1)
const makeLines = (count: number) => Array.from({ length: count }, (_, i) => exportLine(random, i % 5, '2026-11'))
const judge = (text: string, checker = new LineChecker()) => judgeBatch(checker, Buffer.from(text), NOW)
const textsOf = ({ bytes, lines }: JudgedBatch) => lines.map(({ start, end }) => bytes.toString('utf8', start, end))

test('a line gets the verdict of the contract, whatever lines came before it', async () => {
  const checker = new LineChecker()
  const characters = ['"', '0', '9', '.', '-', 'e', 'f', ',', ' ', '}', '\\\\', 'é', '']
  const lines = makeLines(1500).map((line, i) => {
    if (i % 3 === 0) return line
    const at = random.int(line.length)
    return line.slice(0, at) + random.pick(characters) + line.slice(at + random.int(2))
  })
  const accepted = lines.filter((line) => judgeLine('anonymized_export', line).verdict === 'accepted')
  expect(accepted.length).toBeGreaterThan(500)
  expect(accepted.length).toBeLessThan(1000)
  const found = await judge(lines.join('\n'), checker)
  const ofOpenDays = accepted.filter((line) => /"ts":"2026-11|"ts":"2026-10/.test(line))
  expect(textsOf(found)).toEqual(ofOpenDays)
  expect(found.rejected).toBe(lines.filter((line) => line.trim() !== '').length - ofOpenDays.length)
})

test('lines end where they end, wherever a batch is taken apart, and are numbered from 1', async () => {
  const lines = makeLines(1200)
  const long = `{"a":"${'x'.repeat(CHUNK_BYTES)}"}`
  const ends = lines.map((line, i) => `${line}${i % 7 === 0 ? '\r\n' : '\n'}${i % 11 === 0 ? ' \n' : ''}`)
  const found = await judge(`${ends.join('')}${long}\n${lines[0]!.replace(',', ',\r')}\n${lines[1]}`)
  expect(textsOf(found)).toEqual([...lines, lines[1]])
  const before = lines.length + Math.ceil(lines.length / 11)
  expect(found.problems).toEqual([
    { line: before + 1, why: expect.stringContaining('expected a line of at most 8,192 characters') },
    { line: before + 2, why: expect.stringContaining('carriage return') },
  ])
})
