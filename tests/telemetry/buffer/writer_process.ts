import { openBuffer } from '../../../telemetry/buffer/open_buffer.ts'
import { BufferConfig } from '../../../telemetry/config/schema.ts'
import { makeSample } from '../support/samples.ts'

// A process that records samples, and then closes in good order or is killed by its own hand.
const [dir, name, samples, then] = process.argv.slice(2) as [string, string, string, 'close' | 'die']
const buffer = openBuffer({ ...BufferConfig.parse({}), dir, segment_bytes: 16_384 }, { warn: console.error })
for (let at = 0; at < Number(samples); at += 1) {
  buffer.append(makeSample(`${name}-${at}`))
  if (at % 50 === 0) await buffer.sync(10_000)
}
await buffer.sync(10_000)
if (then === 'die') process.kill(process.pid, 'SIGKILL')
await buffer.close(10_000)
