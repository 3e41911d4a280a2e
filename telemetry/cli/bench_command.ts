import { BENCH_OPTIONS, readBenchRequest } from './bench/request.ts'
import { type Command, type CommandIo, EXIT_FAILED, EXIT_OK } from './io.ts'

/** `orch bench`: a short run against an engine, of single streams or under load. */
export const benchCommand: Command = {
  name: 'bench',
  summary: 'measure an engine, one request at a time or under load',
  usage: {
    lines: ['bench --url URL --model NAME [options]'],
    text: `orch bench sends built-in prompts of three lengths to an OpenAI-compatible engine or Ollama, streamed, one after the other, and times the tokens as they arrive. The first request warms the engine up and is not counted. Nobody else may use the engine meanwhile: the samples say "single_stream".

With --concurrency it measures load: a closed loop keeps so many requests in flight, level by level. The first request of each stream is the warm-up; the load is kept until the last measured request has ended. It stops by itself where throughput no longer rises (less than a twentieth of what perfect scaling gives), a request fails, or --max-ttft or --min-tps breaks, and names the highest load that held. Each measured request is a sample, each level a run.

Nothing is sent anywhere but to the engine. The samples are made for publication: the day instead of the time, tokens at 2 significant digits, times at 3.`,
    options: BENCH_OPTIONS,
    examples: [
      'orch bench --url http://127.0.0.1:8000 --model Qwen/Qwen3-8B --out samples.jsonl',
      'orch bench --url http://127.0.0.1:11434 --model qwen3:8b --prompts 12',
      'orch bench --url http://127.0.0.1:8000 --model Qwen/Qwen3-8B --concurrency 1,2,4,8,16,32 --max-ttft 500',
    ],
    exits: [
      [0, 'every request was answered; under load: a level held'],
      [1, 'the engine cannot be reached, or a request failed; under load: no level held'],
    ],
  },
  run: runBench,
}

async function runBench(args: readonly string[], io: CommandIo): Promise<number> {
  const request = readBenchRequest(args, io.env)
  // Loaded on demand, as no other command needs it.
  const { bench } = await import('./bench/run.ts')
  return (await bench(request, io)) ? EXIT_OK : EXIT_FAILED
}
