import { describe, expect, test } from 'vitest'
import { SafeReader } from '../../../telemetry/gateway/safe_reader.ts'
import { newObservation } from '../../../telemetry/wire/observation.ts'
import { SseReader } from '../../../telemetry/wire/sse_reader.ts'
import type { ResponseReader } from '../../../telemetry/wire/types.ts'

/** A reader that takes out every X, and fails at the byte `!` or at the end. */
function makeReader(failsAtEnd = false): ResponseReader {
  return {
    rewrites: true,
    observation: newObservation(),
    push(bytes) {
      if (bytes.includes('!')) throw new Error('a fault of the reader')
      return Buffer.from(bytes.toString().replaceAll('X', ''))
    },
    end() {
      if (failsAtEnd) throw new Error('a fault of the reader')
      return { rest: Buffer.from('rest'), observation: newObservation() }
    },
  }
}

describe('a reader that fails', () => {
  test('lets every byte pass from then on, and claims nothing', () => {
    const reader = new SafeReader(makeReader())
    expect(reader.push(Buffer.from('aX'), 0)?.toString()).toBe('a')
    expect(reader.push(Buffer.from('bX!'), 1)?.toString()).toBe('bX!')
    expect(reader.push(Buffer.from('cX'), 2)?.toString()).toBe('cX')
    expect(reader.end()).toEqual({ rest: null, seen: null })
  })

  test('gives back what it held of an event that was not whole', () => {
    const read = () => {
      throw new Error('a fault of the protocol')
    }
    const keeps = { classify: () => 'keep' as const, edit: (text: string) => text }
    const reader = new SafeReader(new SseReader({ read, finish() {} }, keeps))
    expect(reader.push(Buffer.from('data: {"a'), 0)).toBeNull()
    expect(reader.push(Buffer.from('":1}\n\ndata: {"b'), 1)?.toString()).toBe('data: {"a":1}\n\ndata: {"b')
    expect(reader.push(Buffer.from('":2}\n\n'), 2)?.toString()).toBe('":2}\n\n')
  })

  test('at the end claims nothing either', () => {
    expect(new SafeReader(makeReader(true)).end()).toEqual({ rest: null, seen: null })
  })

  test('is one only then', () => {
    const { rest, seen } = new SafeReader(makeReader()).end()
    expect([rest?.toString(), seen?.complete]).toEqual(['rest', false])
  })
})
