import { expect } from 'vitest'
import type { Event } from '../../../engine/core/event.ts'
import type { Site, Told } from '../../lab/support/site.ts'

/** Something that a rollout said, and when: milliseconds of performance.now(). */
export interface Heard {
  readonly at: number
  readonly event: Event
}

/** A rollout that has ended. */
export interface Rolled extends Told {
  readonly heard: readonly Heard[]
  /** Of the problems that it ended with, as its journal says. */
  readonly codes: readonly string[]
}

/** A command that changes releases, without its leave to. */
export type Order = readonly [string, ...string[]]

export const deploy = (version: string): Order => ['deploy', 'shop', '--version', version]
export const resume: Order = ['resume', 'shop']
export const abort: Order = ['abort', 'shop']

/** Runs an order and says how long each of its waves took. `act` may do something at an event. */
export const rolled = async (site: Site, order: Order, act?: (event: Event) => void): Promise<Rolled> => {
  const heard: Heard[] = []
  const told = await site.start([...order, '--yes', '--json'], (event) => {
    heard.push({ at: performance.now(), event })
    act?.(event)
  }).told
  process.stderr.write(`  ${order.join(' ')}: ${wavesOf(heard).join(', ') || 'no wave'}\n`)
  return { ...told, heard, codes: told.exit === 0 ? [] : codesIn(await site.journal()) }
}

/** The same, and it must succeed. */
export const succeeds = async (site: Site, order: Order, act?: (event: Event) => void): Promise<Rolled> => {
  const told = await rolled(site, order, act)
  expect(told.exit, told.stderr).toBe(0)
  return told
}

/** Begins an order, and kills the controller at the step that `isHere` finds. Resolves with its title; null for none. */
export const killed = async (
  site: Site,
  order: Order,
  isHere: (title: string, event: Event) => boolean,
): Promise<string | null> => {
  let at: string | null = null
  const run = site.start([...order, '--yes', '--json'], (event) => {
    if (at !== null || !isHere(event.type === 'step.done' ? event.title : '', event)) return
    at = event.type === 'step.done' ? event.title : event.type
    run.kill()
  })
  const { exit, stderr } = await run.told
  expect(at === null && exit === null, `nobody has killed it: ${stderr}`).toBe(false)
  return at
}

const codesIn = (journal: readonly Event[]): readonly string[] =>
  journal.flatMap((event) => (event.type === 'run.failed' ? event.problems.map(({ code }) => code) : []))

/** `wave 1 (web1) 8.3 s`: from the beginning of one to that of the next, or to the end. */
const wavesOf = (heard: readonly Heard[]): string[] => {
  const marks = heard.filter(({ event: { type } }) => /^(wave.started|rollout.reverting|release.live)$/.test(type))
  const last = heard.at(-1)?.at ?? 0
  return marks.flatMap(({ at, event }, index) => {
    const seconds = (((marks[index + 1]?.at ?? last) - at) / 1000).toFixed(1)
    if (event.type === 'rollout.reverting') return [`taken back: ${event.problem.message}`]
    return event.type === 'wave.started' ? [`wave ${event.number} (${event.hosts.join(', ')}) ${seconds} s`] : []
  })
}
