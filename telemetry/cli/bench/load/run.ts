import { randomBytes } from 'node:crypto'
import type { LoadFacts } from '../../../gateway/load_meter.ts'
import { plural } from '../../format.ts'
import type { CommandIo } from '../../io.ts'
import { type SampleContext, toSample } from '../measure.ts'
import { makeLoadPrompt } from '../prompts.ts'
import type { BenchRequest } from '../request.ts'
import { type PromptResponse, sendPrompt } from '../send_prompt.ts'
import { warmUp, withContext } from '../session.ts'
import type { Target } from '../target.ts'
import { writeResults } from '../write_results.ts'
import { type LoopResult, runClosedLoop } from './closed_loop.ts'
import { type Level, outputRate, summariseLevel } from './level.ts'
import type { LoadRequest } from './options.ts'
import { isOver, judgeLevels } from './stop_rules.ts'
import { toRunLine } from './to_run.ts'
import { formatLevels, formatVerdict, LevelTable } from './view.ts'

/** Measures level by level until throughput no longer rises, the SLO breaks or the levels are done; true if any level held. */
export async function runLevels(target: Target, request: BenchRequest, load: LoadRequest, io: CommandIo) {
  const nonce = randomBytes(4).toString('hex')
  const words = await findWords(target, nonce, request, load, io)
  return withContext(target, request, io, async (context) => {
    const table = new LevelTable(io)
    const prompts = { words, nonce, sent: 1 }
    const levels: Level[] = []
    for (const concurrency of load.levels) {
      table.announce(`${plural(concurrency, 'stream')} …`)
      levels.push(await measureLevel(target, concurrency, request, prompts, context))
      table.show(formatLevels(levels, io.terminal.columns))
      if (isOver(judgeLevels(levels, load.slo))) break
    }
    table.clear()
    const verdict = judgeLevels(levels, load.slo)
    const samples = levels.flatMap(({ events }) => events)
    const runs = levels.flatMap((level) => toRunLine(level) ?? [])
    const summary = [...formatLevels(levels, io.terminal.columns), '', ...formatVerdict(levels, verdict, load)]
    writeResults({ samples, runs, summary }, request, io)
    return verdict.held !== null
  })
}

interface Prompts {
  words: number
  nonce: string
  /** How many were made; each gets a number of its own. */
  sent: number
}

/** Words in English text per token, before the engine has told how its tokeniser counts. */
const WORDS_PER_TOKEN = 0.75

/** How many words of the built-in text make a prompt of the length that was asked for, by the engine's own count of a first one. */
async function findWords(target: Target, nonce: string, request: BenchRequest, load: LoadRequest, io: CommandIo) {
  const guess = Math.round(load.input_tokens * WORDS_PER_TOKEN)
  const { seen } = await warmUp(target, makeLoadPrompt(guess, nonce, 0), request, io)
  return seen?.tokens_in ? Math.round((guess * load.input_tokens) / seen.tokens_in) : guess
}

async function measureLevel(
  target: Target,
  concurrency: number,
  { prompts: perStream, max_tokens, timeout_s }: BenchRequest,
  prompts: Prompts,
  context: SampleContext,
): Promise<Level> {
  const window = context.gpu.openWindow()
  let deltas = 0
  const onDeltas = (count: number) => {
    deltas += count
  }
  const loop = await runClosedLoop({
    concurrency,
    requests: concurrency * perStream,
    count: () => deltas,
    send: (signal) => {
      const text = makeLoadPrompt(prompts.words, prompts.nonce, prompts.sent++)
      return sendPrompt(target, { text, max_tokens, timeout_ms: timeout_s * 1000, exact: true, onDeltas, signal })
    },
  })
  return toLevel(target, concurrency, loop, window.close(), context)
}

function toLevel(
  target: Target,
  concurrency: number,
  loop: LoopResult<PromptResponse>,
  vram: number | null,
  context: SampleContext,
): Level {
  const output_tps = outputRate(loop)
  const facts: LoadFacts = {
    measurement_type: concurrency === 1 ? 'single_stream' : 'batched_online',
    concurrency,
    ...(output_tps > 0 && { output_tps }),
  }
  const events = loop.measured.flatMap((response) => {
    const built = toSample(target, response, facts, vram, context)
    return 'event' in built ? [built.event] : []
  })
  return summariseLevel(concurrency, output_tps, loop, events)
}
