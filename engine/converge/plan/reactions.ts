import type { Asks, Stamp } from '../../core/resource.ts'
import type { UnitAnswer } from '../../facts/units.ts'
import type { Input, Moment, Owed } from '../state/manifest.ts'

/** An input of a unit, as it is when the unit would react. */
export interface CurrentInput {
  readonly key: string
  readonly asks: Asks
  readonly stamp: Stamp | null
  /** A step of this run changes it. */
  readonly changing: boolean
  /** A step of this run has changed it, and it was looked at since. */
  readonly changed?: boolean
  /** The unit starts in this run, after this became what it is. */
  readonly loaded: boolean
}

export interface CurrentUnit {
  readonly active: boolean
  /** Seconds since the epoch. */
  readonly activeSince: number
  readonly startedAt: Moment
}

/** Reads a unit's answer: reloading is still active. One whose file is gone still runs, and can only be stopped. */
export const unitNow = (unit: UnitAnswer, bootId: string): CurrentUnit => ({
  active: ['active', 'reloading', 'refreshing'].includes(unit.active) && unit.load !== 'not-found',
  activeSince: unit.activeSince,
  startedAt: { bootId, uptime: unit.activeUptime },
})

/** How exactly a host tells since when a unit runs, in seconds. In doubt a unit reacts once more. */
const resolution = 0.05

/** What a unit owes, and for which inputs. */
export interface Reaction {
  readonly unit: string
  readonly asks: Asks
  readonly because: readonly string[]
  /** Nothing of this run caused it. */
  readonly owed: boolean
}

interface Ledger {
  /** The inputs it last started or reloaded with; undefined when Fettle never saw it do so. */
  readonly paid: ReadonlyMap<string, Input> | undefined
  readonly owed: Owed | undefined
}

/**
 * Whether a unit must reload or restart. An inactive unit owes nothing; one that (re)started by itself after
 * an input changed has paid for it. A unit never seen before is judged by time alone.
 */
export const reactionOf = (
  unit: string,
  inputs: readonly CurrentInput[],
  now: CurrentUnit,
  { paid, owed }: Ledger,
): Reaction | null => {
  if (!now.active) return null
  const marked = owed && !isBefore(owed.at, now.startedAt) ? owed : undefined
  const due = inputs.filter((input) => isDue(input, now, paid))
  const causes: readonly { key: string; asks: Asks }[] = [
    ...due,
    ...(marked?.because ?? []).map((key) => ({ key, asks: marked?.asks ?? 'reload' })),
  ]
  if (causes.length === 0) return null
  return {
    unit,
    asks: causes.some((cause) => cause.asks === 'restart') ? 'restart' : 'reload',
    because: [...new Set(causes.map((cause) => cause.key))],
    owed: !due.some((input) => input.changing || input.changed),
  }
}

const isBefore = (moment: Moment, other: Moment): boolean =>
  moment.bootId !== other.bootId || moment.uptime < other.uptime - resolution

const isDue = (input: CurrentInput, now: CurrentUnit, paid: Ledger['paid']): boolean => {
  if (input.loaded) return false
  if (input.changing) return true
  const changedAt = input.stamp?.changedAt
  const startedSince = changedAt !== undefined && changedAt < now.activeSince - resolution
  if (startedSince) return false
  if (input.changed) return true
  const before = paid?.get(input.key)
  if (before) return before.version !== (input.stamp?.version ?? null)
  return changedAt !== undefined
}
