import type { ModelFacts } from '../engines/types.ts'
import { UNKNOWN } from '../sample/clean_labels.ts'
import type { TaskFacts, TaskResult } from '../sample/types.ts'
import { toModelRef } from '../wire/model_ref.ts'
import type { Upstream } from './upstream.ts'

/** What the request of a task says. */
export interface NamedTask {
  model: string
  tenant_id: string | undefined
}

/**
 * The facts of a task at its end: of the engine that answered it, even if that has only just taken another's place. Null if the
 * task ran on another host than its engine's.
 */
export function findTaskFacts(
  upstream: Upstream,
  task: NamedTask,
  result: TaskResult,
): TaskFacts | null | Promise<TaskFacts | null> {
  const { engine } = upstream
  const answered = isAnswered(result)
  if (!engine.isCurrent) return engine.current().then(() => describe(upstream, task, answered))
  const missed = answered && !engine.lists(task.model) ? engine.askForMissing(task.model) : null
  return missed === null
    ? describe(upstream, task, answered)
    : engine.untilClosed(missed).then(() => describe(upstream, task, answered))
}

/** Whether the engine ran the task, and so knows the model by the name in the request. */
function isAnswered({ exit, first_token_ms, tokens_out = 0 }: TaskResult): boolean {
  return exit === 'ok' || first_token_ms !== undefined || tokens_out > 0
}

/** Whether the engine lists a model or answered to it: else its name is only a client's text. */
export function isKnownModel({ engine }: Upstream, model: string, result: TaskResult): boolean {
  return isAnswered(result) || engine.lists(model)
}

/** A name that the engine neither lists nor answered to is only a client's text, and is not recorded. */
function describe(
  upstream: Upstream,
  task: NamedTask,
  answered: boolean,
): TaskFacts | null | Promise<TaskFacts | null> {
  const { engine } = upstream
  const model = answered || engine.lists(task.model) ? task.model : null
  const facts = model === null ? null : engine.factsOf(model)
  if (facts instanceof Promise)
    return engine.untilClosed(facts).then((known = {}) => formFacts(upstream, task, model, known))
  return formFacts(upstream, task, model, facts ?? {})
}

function formFacts(
  { config, identity }: Upstream,
  { tenant_id }: NamedTask,
  model: string | null,
  { engine, engine_version, quantization, weights, elsewhere }: ModelFacts,
): TaskFacts | null {
  if (elsewhere) return null
  const runs = engine ?? identity.engine
  return {
    model_ref: config.model_ref ?? toModelRef(weights ?? model ?? UNKNOWN, runs, weights ? {} : identity.weights),
    engine: runs,
    engine_version: engine_version ?? identity.engine_version,
    quantization: config.quantization ?? quantization ?? identity.quantization,
    tenant_id,
  }
}
