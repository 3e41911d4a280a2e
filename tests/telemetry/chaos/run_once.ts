import { HttpSinkConfig } from '../../../telemetry/config/schema.ts'
import { createHttpSink } from '../../../telemetry/sinks/http.ts'
import { startUploader } from '../../../telemetry/upload/start_uploader.ts'
import { takeStock } from './account.ts'
import type { Account } from './account_types.ts'
import { BadSink } from './bad_sink.ts'
import { type Life, runLife } from './life.ts'
import type { LifePlan, RunPlan } from './plan.ts'
import { StallProbe } from './stall_probe.ts'
import { TestDisk } from './test_disk.ts'

/** Lives through a plan, one process after the other on one folder, and takes stock. */
export async function runOnce(plan: RunPlan): Promise<Account> {
  const disk = new TestDisk(plan)
  const sink = new BadSink(plan)
  const probe = new StallProbe()
  probe.start()
  try {
    const run = { ...plan, disk: disk.kind }
    const url = await sink.listen()
    const lives = await runLives(run, disk, url)
    const stall_ms = await probe.stop()
    disk.recover()
    const drained = plan.seed % 2 === 0
    if (drained) await drain(disk.dir, sink, url)
    return await takeStock({ plan: run, dir: disk.dir, lives, deliveries: sink.deliveries, drained, stall_ms })
  } finally {
    await probe.stop()
    await sink.close()
    disk.dispose()
  }
}

async function runLives(run: RunPlan, disk: TestDisk, url: string): Promise<{ plan: LifePlan; life: Life }[]> {
  const lives: { plan: LifePlan; life: Life }[] = []
  for (const group of groupLives(run.lives)) {
    if (lives.length > 0) disk.trouble()
    const ended = await Promise.all(
      group.map(async (plan) => ({ plan, life: await runLife({ run, life: plan, dir: disk.dir, url }) })),
    )
    disk.recover()
    lives.push(...ended)
  }
  return lives
}

/** Those that live side by side. */
function groupLives(lives: readonly LifePlan[]): LifePlan[][] {
  const groups: LifePlan[][] = []
  for (const life of lives) {
    if (life.beside) groups.at(-1)!.push(life)
    else groups.push([life])
  }
  return groups
}

/** Another process comes, the sink is well again, and everything that is left goes there. */
async function drain(dir: string, sink: BadSink, url: string): Promise<void> {
  sink.behaviour = 'sound'
  const config = HttpSinkConfig.parse({ url, form: 'event', batch_interval_s: 0.05 })
  const uploader = startUploader({ dir, sinks: [createHttpSink(config, {})], since: null, key: Buffer.alloc(32) })
  await uploader.flush(30_000)
  await uploader.close(0)
}
