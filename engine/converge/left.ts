import { setTimeout as wait } from 'node:timers/promises'
import { armed } from './armed.ts'
import type { SeenHost } from './look.ts'
import type { Observer } from './plan/observer.ts'
import { awaitScript, type LeftStep, leftSteps } from './state/detached.ts'
import { doingOf, isHeld, type LeaseState, leaseFact } from './state/lease.ts'
import { manifestFact } from './state/manifest.ts'

type Alone = Pick<SeenHost, 'manifest' | 'left' | 'lease' | 'isArmed'>

/**
 * What a dead run left running ends by itself, and until then nobody knows what the host will be. A guard of somebody who
 * is at work is theirs.
 */
export const untilAlone = async (seen: SeenHost, tell: (message: string) => void): Promise<Alone> => {
  const { session, observer, lease, left } = seen
  const running = left.filter(({ state }) => state === 'running')
  if (running.length === 0 && !seen.isArmed) return seen
  const now = isHeld(lease) ? await later(observer) : lease
  if (isHeld(now)) return { ...seen, lease: now, isArmed: false }
  for (const step of running) {
    tell(`waiting for "${step.title}", which an earlier run left running`)
    await session.run(awaitScript(step))
  }
  observer.forget('everything')
  const [manifest, ended, isArmed] = await Promise.all([
    observer.read(manifestFact, null),
    observer.read(leftSteps, null),
    observer.read(armed, null),
  ])
  return { manifest, left: ended, lease: now, isArmed }
}

/** Milliseconds in which a host notices that the connection over which it is changed has gone. */
const grace = 2500

const later = async (observer: Observer): Promise<LeaseState> => {
  await wait(grace)
  observer.forget([{ fact: leaseFact.name }])
  return observer.read(leaseFact, null)
}

export const holderNotices = (lease: LeaseState): string[] => {
  if (!lease.holder || !isHeld(lease)) return []
  return [`${lease.holder.who} is changing this host at the moment: ${doingOf(lease.holder)}`]
}

export const leftNotices = (left: readonly LeftStep[]): string[] =>
  left.flatMap(({ title, state, exit, said }) => {
    const words = said === '' ? '' : `; the last that it said: ${said}`
    if (state === 'ended')
      return [`"${title}", begun by an earlier run, ended by itself with exit status ${exit}${exit === 0 ? '' : words}`]
    return state === 'interrupted' ? [`"${title}", begun by an earlier run, was cut short${words}`] : []
  })
