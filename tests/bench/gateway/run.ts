import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAccuracy } from './accuracy.ts'
import { checkSubjects, inBenchFolder, readCount } from './bench_folder.ts'
import { startContenders, startField } from './contenders.ts'
import { benchMemory } from './memory.ts'
import { benchRealEngine } from './real_engine.ts'
import { benchSampleCost } from './sample_cost.ts'
import { benchSoak } from './soak.ts'
import { benchThroughput, benchTtft } from './streams.ts'

export const GATEWAY_HELP = `The gateway (orch serve, compiled as it is published):
  TTFT and throughput of streams: direct access to an engine, a bare nginx reverse proxy (one worker, nothing buffered), a bare
  proxy of 30 lines on Node and undici (what no gateway on Node goes below), orch with telemetry off and on; each is a process of
  its own on 127.0.0.1, and they take turns, after each has served 10 s of paced streams, in which V8 compiles. The CPU time per
  token is that of the proxy. Then how far the times in samples are from those that engines kept (doubles, and llama.cpp itself),
  the CPU time of recording one sample, beside OpenTelemetry JS, and the resident memory with a buffer of 1 GB.
  nginx is installed with apt-get if it is missing and the bench runs as root.

  --turns N       turns of every contender; medians count (default: 3)
  --seconds N     length of a turn of paced streams (default: 5)
  --streams N,N   concurrent streams (default: 1,32,256)
  --subject S     ttft, throughput, accuracy, engine, sample or memory; may be given again (default: all these), or
                  soak: a sample for each request, no growth of memory and descriptors; with --streams 64 --seconds 600
`

const DEFAULT_SUBJECTS = ['ttft', 'throughput', 'accuracy', 'engine', 'sample', 'memory'] as const
const SUBJECTS = [...DEFAULT_SUBJECTS, 'soak'] as const

/** Measures the gateway and prints a table for each subject. Ends every process that it started, and removes its folder. */
export async function benchGateway(args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  await inBenchFolder((folder) => measure(folder, options))
}

type Options = ReturnType<typeof readOptions>

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      turns: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      streams: { type: 'string', default: '1,32,256' },
      subject: { type: 'string', multiple: true, default: [...DEFAULT_SUBJECTS] },
    },
  })
  checkSubjects(values.subject, SUBJECTS)
  return {
    turns: readCount('--turns', values.turns),
    seconds: readCount('--seconds', values.seconds),
    streams: values.streams.split(',').map((text) => readCount('--streams', text)),
    subjects: values.subject,
  }
}

async function measure(folder: string, { turns, seconds, streams, subjects }: Options): Promise<void> {
  describeMachine()
  const field = await startField(folder)
  const measured = (subject: (typeof SUBJECTS)[number]) => subjects.includes(subject)
  if (measured('ttft') || measured('throughput')) {
    const contenders = await startContenders(folder, field)
    if (measured('ttft')) await benchTtft(field, contenders, { turns, seconds, streams })
    if (measured('throughput')) await benchThroughput(field, contenders, { turns, seconds, streams })
    await Promise.all(contenders.map(({ stop }) => stop()))
  }
  if (measured('accuracy')) await benchAccuracy()
  if (measured('engine')) await benchRealEngine()
  if (measured('sample')) await benchSampleCost(field.home, folder, turns)
  if (measured('memory')) await benchMemory(field, folder, 2 * seconds)
  if (measured('soak')) for (const count of streams) await benchSoak(field, folder, { seconds, streams: count })
  describeMachine()
}

/** Load of others is the first thing to look at where a figure surprises. */
function describeMachine(): void {
  const load = loadavg()[0]!.toFixed(1)
  console.log(`\nNode ${process.versions.node}, ${availableParallelism()} cores, load average ${load}`)
}

if (import.meta.main) {
  if (process.argv.includes('--help')) console.log(GATEWAY_HELP)
  else await benchGateway(process.argv.slice(2))
}
