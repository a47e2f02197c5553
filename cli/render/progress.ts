import type { Event } from '../../engine/core/event.ts'
import { bytes } from './bytes.ts'
import { elapsedText } from './duration.ts'

/** What one host is doing. */
export interface Activity {
  readonly host: string
  readonly doing: string
  /** When it began this, in milliseconds of the given clock. */
  readonly since: number
}

export interface Tally {
  hosts: number
  planned: number
  performing: number
  done: number
  changes: number
  failed: number
}

export interface Progress {
  take(event: Event): void
  /** Longest first. */
  active(): readonly Activity[]
  tally(): Readonly<Tally>
}

interface State {
  readonly now: () => number
  readonly active: Map<string, Activity>
  readonly steps: Map<string, { done: number; all: number }>
  readonly tally: Tally
}

/** Follows the events of one run. */
export const createProgress = (now: () => number): Progress => {
  const tally = { hosts: 0, planned: 0, performing: 0, done: 0, changes: 0, failed: 0 }
  const state: State = { now, active: new Map(), steps: new Map(), tally }
  return {
    take: (event) => (takers[event.type] as (state: State, event: Event) => void)(state, event),
    active: () => [...state.active.values()],
    tally: () => state.tally,
  }
}

const does = ({ active, now }: State, host: string, doing: string): void => {
  active.delete(host)
  active.set(host, { host, doing, since: now() })
}

const another = ({ steps }: State, host: string): void => {
  const { done = 0, all = 0 } = steps.get(host) ?? {}
  steps.set(host, { done: done + 1, all })
}

const stepWords = ({ steps }: State, host: string, title: string): string => {
  const { done = 0, all = 0 } = steps.get(host) ?? {}
  return all > 1 ? `${title} (${Math.min(done + 1, all)}/${all})` : title
}

/** Of so many bytes, and at the pace of its whole time so far. */
const soFar = (done: number, all: number, elapsed: number): string => {
  const share = `${bytes(Math.min(done, all))} of ${bytes(all)}`
  if (elapsed < 1000 || done === 0) return share
  const left = done < all ? `, ${elapsedText((elapsed * (all - done)) / done)} left` : ''
  return `${share}, ${bytes((done * 1000) / elapsed)}/s${left}`
}

const nothing = (): void => {}

const takers: { readonly [Type in Event['type']]: (state: State, event: Extract<Event, { type: Type }>) => void } = {
  'run.started': ({ tally }, { hosts }) => {
    Object.assign(tally, { hosts: hosts.length, planned: 0, performing: 0, done: 0, changes: 0, failed: 0 })
  },
  'host.connecting': (state, { host }) => does(state, host, 'connecting'),
  'site.revision': nothing,
  'host.seen': nothing,
  'host.planned': ({ active, tally }, { host }) => {
    active.delete(host)
    tally.planned++
  },
  'host.performing': (state, { host, steps }) => {
    state.steps.set(host, { done: 0, all: steps })
    state.tally.performing++
    does(state, host, 'beginning')
  },
  'step.intended': (state, { host, title }) => does(state, host, stepWords(state, host, title)),
  'step.progress': ({ active, now }, { host, title, done, all }) => {
    const { doing = title, since = now() } = active.get(host) ?? {}
    if (doing.startsWith(title))
      active.set(host, { host, doing: `${title}: ${soFar(done, all, now() - since)}`, since })
  },
  'step.done': nothing,
  'step.failed': nothing,
  'resource.changed': (state, { host }) => {
    another(state, host)
    state.tally.changes++
  },
  'reaction.done': (state, { host }) => another(state, host),
  'release.placed': nothing,
  'release.live': nothing,
  'release.healthy': nothing,
  'release.removed': nothing,
  'wave.started': nothing,
  'patch.planned': ({ active }, { host }) => void active.delete(host),
  'rollout.reverting': nothing,
  'backup.made': nothing,
  warning: nothing,
  'host.done': ({ active, tally }, { host, result }) => {
    active.delete(host)
    tally.done++
    if (result.outcome === 'failed' || result.outcome === 'unreachable') tally.failed++
  },
  'run.finished': ({ active }) => active.clear(),
  'run.failed': ({ active }) => active.clear(),
}
