import { createObserver } from '../engine/converge/plan/observer.ts'
import { doingOf, isHeld, type LeaseState, leaseFact } from '../engine/converge/state/lease.ts'
import { unlockScript } from '../engine/converge/state/lease-scripts.ts'
import { FettleError } from '../engine/core/error.ts'
import { askYes } from './ask.ts'
import { eachHost, type HostAnswer } from './each-host.ts'
import { exitCodeOf } from './exit-codes.ts'
import { jsonLine } from './json-line.ts'
import type { HostOptions } from './options.ts'
import { showProblem } from './output.ts'
import { visibleLine } from './render/visible.ts'
import { say, write } from './write.ts'

const readLease = (options: HostOptions) =>
  eachHost(options, (session) => createObserver(session).read(leaseFact, null))

/** Who may change each host at the moment. */
export const locks = async (options: HostOptions): Promise<void> => {
  const answers = await readLease(options)
  const longest = Math.max(...answers.map(({ host }) => host.length))
  for (const answer of answers) {
    if ('problem' in answer) await showProblem(new FettleError(answer.problem))
    else if (options.json) write(jsonLine({ host: answer.host, held: isHeld(answer.value), ...answer.value }))
    else write(`${answer.host.padEnd(longest)}  ${stateText(answer.value)}`)
  }
  process.exitCode = exitCode(answers)
}

const exitCode = (answers: readonly HostAnswer<unknown>[]): number =>
  exitCodeOf(answers.map((answer) => ('problem' in answer ? answer.outcome : 'unchanged')))

const stateText = (lease: LeaseState): string => {
  if (!lease.holder) return 'free'
  const whose = visibleLine(`${lease.holder.who}: ${doingOf(lease.holder)}`)
  return isHeld(lease)
    ? `held by ${whose} (number ${lease.number}, last heard of ${lease.silence} s ago)`
    : `free: its last owner has died (${whose})`
}

export interface UnlockOptions extends HostOptions {
  readonly yes?: true
}

const meaning = 'Whoever has them is refused its next step, in the middle of what it does.'

/** Takes the right to change hosts away from whoever has it. */
export const unlock = async (hosts: readonly string[], options: UnlockOptions): Promise<void> => {
  const chosen = { ...options, ...(hosts.length > 0 && { limit: hosts.join(',') }) }
  const held = (await readLease(chosen)).filter((answer) => 'value' in answer && answer.value.holder !== null)
  if (held.length === 0) return write('Nobody has any of these hosts.')
  for (const answer of held) if ('value' in answer) say(`${answer.host}  ${stateText(answer.value)}`)
  if (!options.yes && !(await askYes(`${meaning} Take them away?`, 'pass --yes to go on without being asked'))) return
  const names = held.map(({ host }) => host)
  const answers = await eachHost({ ...chosen, limit: names.join(',') }, async (session) => {
    const { exit, stderr } = await session.run(unlockScript)
    if (exit !== 0)
      throw new FettleError({ code: 'step.failed', message: stderr.trim() || 'it could not be taken away' })
  })
  for (const answer of answers) {
    if ('problem' in answer) await showProblem(new FettleError(answer.problem))
    else write(`${answer.host}  free`)
  }
  process.exitCode = exitCode(answers)
}
