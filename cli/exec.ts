import PQueue from 'p-queue'
import { FettleError, type Problem } from '../engine/core/error.ts'
import type { HostOutcome } from '../engine/core/event.ts'
import { groupBy } from '../engine/core/group-by.ts'
import type { Outcome, Target } from '../engine/core/ports.ts'
import { command as commandLine } from '../engine/core/shell.ts'
import { connectionOf } from '../engine/inventory/index.ts'
import { entryOutcomeOf, hostProblem, outcomeOf } from '../engine/rollout/outcome.ts'
import { connect } from '../engine/transport/index.ts'
import { inTurn } from './aside.ts'
import { exitCodeOf } from './exit-codes.ts'
import { siteFolder } from './folders.ts'
import { interruption } from './interruption.ts'
import { jsonLine } from './json-line.ts'
import type { HostOptions } from './options.ts'
import { showProblem } from './output.ts'
import { compressNames } from './render/names.ts'
import { visibleText } from './render/visible.ts'
import { chosenHosts, openInventory } from './site.ts'
import { openTargets } from './targets.ts'
import { say, write } from './write.ts'

interface Answer {
  readonly host: string
  readonly outcome?: Outcome
  readonly problem?: Problem
  readonly result: HostOutcome
}

/** Runs one command on many hosts; hosts that answer alike are shown together. One word is taken as a shell script. */
export const exec = async (words: readonly string[], options: HostOptions & { timeout?: number }): Promise<void> => {
  if (!process.argv.includes('--')) refuseLate(words.slice(1))
  const inventory = await openInventory(options)
  const chosen = chosenHosts(inventory, options.limit, siteFolder())
  const target = await openTargets(options, inTurn())
  const hosts = [...inventory.hosts.values()].filter(({ name }) => chosen.has(name))
  const script = words.length === 1 ? (words[0] ?? '') : commandLine(...words)
  const signal = interruption()
  const queue = new PQueue({ concurrency: options.forks })
  const answers = await Promise.all(
    hosts.map((host) =>
      queue.add(async () => {
        const answer = await ask(target(connectionOf(host)), script, signal, options.timeout)
        if (options.json) write(jsonLine({ host: answer.host, outcome: answer.outcome, problem: answer.problem }))
        return answer
      }),
    ),
  )
  if (!options.json) await show(answers)
  process.exitCode = exitCodeOf(answers.map(({ result }) => result))
}

/** Behind the command they would be the command's, and the hosts all of the inventory's. */
const refuseLate = (words: readonly string[]): void => {
  const late = words.find((word) => /^(?:-[li]|--(?:limit|inventory)(?:=.*)?)$/.test(word))
  if (late === undefined) return
  throw new FettleError({
    code: 'usage',
    message: `${late} stands behind the command`,
    hint: `options of Fettle stand before it; where ${late} is the command's, write -- before the command`,
  })
}

const ask = async (target: Target, script: string, signal: AbortSignal, timeout?: number): Promise<Answer> => {
  const host = target.name
  const session = await connect(target, signal).catch((error) => hostProblem(error, host))
  if (!('run' in session)) return { host, problem: session, result: entryOutcomeOf(session) }
  try {
    const outcome = await session.run(script, { signal, ...(timeout && { timeout: timeout * 1000 }) })
    return { host, outcome, result: outcome.exit === 0 ? 'unchanged' : 'failed' }
  } catch (error) {
    const problem = hostProblem(error, host)
    return { host, problem, result: outcomeOf(problem) }
  } finally {
    await session.close()
  }
}

const show = async (answers: readonly Answer[]): Promise<void> => {
  const alike = groupBy(answers, ({ outcome, problem }) =>
    JSON.stringify([outcome?.exit, outcome?.stdout, outcome?.stderr, problem?.code, problem?.message]),
  )
  for (const group of alike.values()) {
    const [first] = group
    const names = group.map(({ host }) => host)
    if (first?.problem) await showProblem(new FettleError(first.problem))
    if (!first?.outcome) continue
    const { exit, stdout, stderr } = first.outcome
    write(`== ${compressNames(names)}${exit === 0 ? '' : `: exit status ${exit}`}`)
    if (stdout) write(process.stdout.isTTY ? visibleText(stdout) : stdout)
    if (stderr) say(process.stderr.isTTY ? visibleText(stderr) : stderr)
  }
}
