import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VramReading, VramStream } from '../../../telemetry/gpu/probe_types.ts'
import { VramSampler } from '../../../telemetry/gpu/vram_sampler.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A sampler over a device whose memory in use is set by the test. */
function makeSampler(interval_ms = 1000) {
  const state = { used: [100] as (number | null)[], reads: 0, warnings: [] as string[] }
  const read = (): VramReading => {
    state.reads += 1
    return state.used
  }
  const warn = (text: string) => void state.warnings.push(text)
  const source = { kind: 'read', interval_ms, read } as const
  return { state, sampler: new VramSampler({ source, now: () => performance.now(), warn }) }
}

describe('a window', () => {
  it('has a reading at once, and then the highest of one a second', () => {
    const { state, sampler } = makeSampler()
    const window = sampler.openWindow([0])
    expect(state.reads).toBe(1)
    state.used = [500]
    vi.advanceTimersByTime(1000)
    state.used = [200]
    vi.advanceTimersByTime(5000)
    expect(state.reads).toBe(7)
    expect(window.close()).toBe(500)
  })

  it('shares its readings with all others', () => {
    const { state, sampler } = makeSampler()
    const windows = Array.from({ length: 256 }, () => sampler.openWindow([0]))
    vi.advanceTimersByTime(3000)
    expect(state.reads).toBe(4)
    expect(new Set(windows.map((window) => window.close()))).toEqual(new Set([100]))
  })

  it('does not see what was before it', () => {
    const { state, sampler } = makeSampler()
    state.used = [900]
    const first = sampler.openWindow([0])
    vi.advanceTimersByTime(1000)
    state.used = [100]
    vi.advanceTimersByTime(1000)
    const second = sampler.openWindow([0])
    vi.advanceTimersByTime(1000)
    expect([first.close(), second.close()]).toEqual([900, 100])
  })

  it('keeps its value when it is closed again', () => {
    const { state, sampler } = makeSampler()
    const window = sampler.openWindow([0])
    expect(window.close()).toBe(100)
    state.used = [900]
    sampler.openWindow([0])
    vi.advanceTimersByTime(2000)
    expect(window.close()).toBe(100)
  })

  it('adds up the devices that count for it, and is null if one does not report it', () => {
    const { state, sampler } = makeSampler()
    state.used = [100, 7, 50]
    const [both, second] = [sampler.openWindow([0, 2]), sampler.openWindow([1])]
    state.used = [20, 9, 60]
    vi.advanceTimersByTime(1000)
    expect([both.close(), second.close()]).toEqual([150, 9])
    state.used = [100, 7, null]
    vi.advanceTimersByTime(10_000)
    expect([sampler.openWindow([0, 2]).close(), sampler.openWindow([1]).close()]).toEqual([null, 7])
  })

  it('does not take an old reading for the present', () => {
    const { state, sampler } = makeSampler()
    sampler.openWindow([0]).close()
    vi.advanceTimersByTime(3_600_000)
    state.used = [null]
    expect(sampler.openWindow([0]).close()).toBeNull()
  })
})

describe('the timer', () => {
  it('runs only while a window is open', () => {
    const { state, sampler } = makeSampler()
    expect(vi.getTimerCount()).toBe(0)
    const first = sampler.openWindow([0])
    const second = sampler.openWindow([0])
    first.close()
    expect(vi.getTimerCount()).toBe(1)
    second.close()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(60_000)
    expect(state.reads).toBe(1)
  })

  it('does not run for a task that was forgotten', () => {
    const { sampler } = makeSampler(3_600_000)
    const forgotten = sampler.openWindow([0])
    vi.advanceTimersByTime(26 * 3_600_000)
    expect(vi.getTimerCount()).toBe(0)
    expect(forgotten.close()).toBe(100)
  })

  it('does not ask a device that does not tell once per task', () => {
    const { state, sampler } = makeSampler()
    state.used = [null]
    for (let task = 0; task < 100; task++) sampler.openWindow([0]).close()
    expect(state.reads).toBe(1)
  })

  it('asks a slow tool once at a time, and seldom', async () => {
    let answer: (reading: VramReading) => void = () => {}
    const read = vi.fn(
      () =>
        new Promise<VramReading>((resolve) => {
          answer = resolve
        }),
    )
    const source = { kind: 'read', interval_ms: 10_000, read } as const
    const sampler = new VramSampler({ source, now: () => performance.now(), warn: () => {} })
    const window = sampler.openWindow([0])
    vi.advanceTimersByTime(35_000)
    expect(read).toHaveBeenCalledTimes(1)
    answer([42])
    await vi.waitFor(() => {
      vi.advanceTimersByTime(10_000)
      expect(read).toHaveBeenCalledTimes(2)
    })
    expect(window.close()).toBe(42)
  })

  it('survives a tool that throws, aloud', async () => {
    const warnings: string[] = []
    const read = vi.fn<() => VramReading | Promise<VramReading>>()
    read.mockImplementationOnce(() => {
      throw new Error('gone')
    })
    read.mockImplementationOnce(() => Promise.reject(new Error('lost')))
    read.mockImplementation(() => [7])
    const source = { kind: 'read', interval_ms: 1000, read } as const
    const warn = (text: string) => void warnings.push(text)
    const sampler = new VramSampler({ source, now: () => performance.now(), warn })
    const window = sampler.openWindow([0])
    vi.advanceTimersByTime(1000)
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    vi.advanceTimersByTime(1000)
    expect(window.close()).toBe(7)
    expect(warnings).toEqual([
      'The memory of the GPU cannot be read: Error: gone',
      'The memory of the GPU cannot be read: Error: lost',
    ])
  })
})

describe('a tool that prints', () => {
  function makeStream() {
    const calls: string[] = []
    let listener: (reading: VramReading) => void = () => {}
    const source: VramStream = {
      kind: 'stream',
      start(next) {
        listener = next
        calls.push('start')
      },
      stop: async () => void calls.push('stop'),
    }
    const sampler = new VramSampler({ source, now: () => performance.now(), warn: () => {} })
    return { calls, sampler, print: (mb: number) => listener([mb]) }
  }

  it('runs from the first window until no task has run for a minute', () => {
    const { calls, sampler, print } = makeStream()
    expect(calls).toEqual([])
    const first = sampler.openWindow([0])
    print(10)
    expect(first.close()).toBe(10)
    vi.advanceTimersByTime(59_000)
    const second = sampler.openWindow([0])
    vi.advanceTimersByTime(120_000)
    print(20)
    expect(second.close()).toBe(20)
    expect(calls).toEqual(['start'])
    vi.advanceTimersByTime(60_000)
    expect(calls).toEqual(['start', 'stop'])
    expect(vi.getTimerCount()).toBe(0)
    sampler.openWindow([0])
    expect(calls).toEqual(['start', 'stop', 'start'])
  })

  it('ends with the sampler', async () => {
    const { calls, sampler } = makeStream()
    sampler.openWindow([0])
    await sampler.close()
    expect(calls).toEqual(['start', 'stop'])
    expect(sampler.openWindow([0]).close()).toBeNull()
    expect(calls).toEqual(['start', 'stop'])
  })
})

it('a window has the highest reading that was taken while it was open, whatever the order of openings, closings and readings', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('open' as const) }),
    fc.record({ kind: fc.constant('close' as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constant('print' as const), mb: fc.nat(1000) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let listener: (reading: VramReading) => void = () => {}
      const source: VramStream = {
        kind: 'stream',
        start: (next) => {
          listener = next
        },
        stop: async () => {},
      }
      const sampler = new VramSampler({ source, now: () => 0, warn: () => {} })
      const windows: { close: () => number | null; seen: number[]; open: boolean }[] = []
      let last: number | null = null
      for (const action of steps) {
        if (action.kind === 'open') {
          const window = sampler.openWindow([0])
          windows.push({ close: () => window.close(), seen: last === null ? [] : [last], open: true })
        } else if (action.kind === 'print') {
          listener([action.mb])
          if (windows.length > 0) last = action.mb
          for (const window of windows) if (window.open) window.seen.push(action.mb)
        } else {
          const window = windows[action.which % Math.max(windows.length, 1)]
          if (window === undefined) continue
          expect(window.close()).toBe(window.seen.length === 0 ? null : Math.max(...window.seen))
          window.open = false
        }
      }
    }),
  )
})
