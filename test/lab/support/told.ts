import { expect } from 'vitest'
import type { Event, HostPlan, HostResult, PlannedReaction } from '../../../engine/core/event.ts'
import type { Told } from './site.ts'

/** What a run did to one host, in the fewest words: comparable as a whole. */
export interface Deeds {
  readonly exit: number | null
  /** Keys, sorted. */
  readonly changed: readonly string[]
  /** `reload nginx.service`, sorted. */
  readonly reacted: readonly string[]
  /** Units whose reaction is still to be done. */
  readonly owed: readonly string[]
}

export const nothing: Deeds = { exit: 0, changed: [], reacted: [], owed: [] }

export const deedsOf = (told: Told, host: string): Deeds => ({
  exit: told.exit,
  changed: changedKeys(told.events, host),
  reacted: reactions(told.events, host).map(inWords).sort(),
  owed: [...(resultOf(told, host)?.owed ?? [])].sort(),
})

const changedKeys = (events: readonly Event[], host: string): string[] =>
  events.flatMap((event) => (event.type === 'resource.changed' && event.host === host ? [event.change.key] : [])).sort()

const reactions = (events: readonly Event[], host: string): PlannedReaction[] =>
  events.flatMap((event) => (event.type === 'reaction.done' && event.host === host ? [event.reaction] : []))

const inWords = ({ asks, unit }: PlannedReaction): string => `${asks} ${unit}`

export const resultOf = ({ events }: Told, host: string): HostResult | undefined =>
  events.flatMap((event) => (event.type === 'host.done' && event.host === host ? [event.result] : [])).at(-1)

/** It came to a good end; where it did not, the failure shows what was said. */
export const expectDone = ({ exit, stdout, stderr }: Told): void =>
  expect({ exit, said: exit === 0 ? '' : stdout + stderr }).toEqual({ exit: 0, said: '' })

/** The plan that was shown for a host. Fails where there is none. */
export const planOf = ({ events, stderr }: Told, host: string): HostPlan => {
  const plan = events
    .flatMap((event) => (event.type === 'host.planned' && event.host === host ? [event.plan] : []))
    .at(-1)
  if (!plan) throw new Error(`no plan for ${host}: ${stderr}`)
  return plan
}
