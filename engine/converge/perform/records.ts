import type { Resource } from '../../core/resource.ts'
import { isGuarded, type PlannedItem, type PlanRequest } from '../plan/planning.ts'
import type { About } from '../state/generations.ts'
import type { ManifestLine, Moment, Owned } from '../state/manifest.ts'
import { recorded } from '../state/version.ts'
import type { JobContext } from './jobs.ts'

export const noContext: JobContext = { intents: [], results: [], keep: false, restore: false }

interface Recording {
  readonly request: PlanRequest
  readonly now: () => Moment
}

/** What the manifest must know before and after one step of an item, and what becomes of an original. */
export const jobContext = (planned: PlannedItem, step: number, { request, now }: Recording): JobContext => {
  const { key, resource } = planned.item.declaration
  const known = request.manifest.owned.get(key)
  const last = step === planned.plan.steps.length - 1
  return {
    intents: step === 0 ? intents(planned, request, now()) : [],
    results: last && planned.leaving ? [{ drop: key }] : [],
    // An earlier run may have said so and died before it had the copy.
    keep: resource.restores === true && known?.origin !== 'created' && replaces(planned),
    about: about(planned, request),
    restore: planned.leaving && known?.origin === 'adopted',
  }
}

const about = ({ item, plan }: PlannedItem, { run }: PlanRequest): About => {
  const guarded = isGuarded({ item, plan })
  return { key: item.declaration.key, role: item.role, ...(run !== undefined && { run }), ...(guarded && { guarded }) }
}

const replaces = ({ plan }: PlannedItem): boolean => plan.action === 'change' || plan.action === 'replace'

const intents = ({ item, plan, leaving }: PlannedItem, request: PlanRequest, at: Moment): ManifestLine[] => {
  const { key, resource, spec, attachments } = item.declaration
  const owe = (unit: string, asks: 'reload' | 'restart') => ({ owe: unit, asks, because: [key], at })
  const origin = request.manifest.owned.get(key)?.origin ?? (plan.action === 'create' ? 'created' : 'adopted')
  const version = recorded(resource.stampAfter?.(spec), request.manifest)?.version ?? null
  const guarded = isGuarded({ item, plan })
  const own = {
    ...{ own: key, site: request.ownership.site, role: item.role, origin, version },
    ...(guarded && { guarded }),
  }
  return [
    ...(leaving || item.isPassing || !isKept(own, resource) ? [] : [own]),
    ...(attachments.reloads ?? []).map((unit) => owe(unit, 'reload')),
    ...(attachments.restarts ?? []).map((unit) => owe(unit, 'restart')),
  ]
}

/** What was there before, and cannot be given back, is nothing that Fettle would ever look after. */
const isKept = ({ origin }: Owned, { restores }: Resource<unknown, unknown>): boolean =>
  origin === 'created' || restores === true

/** Nothing is left of it: what is in order without its description may also be there for others. */
export const isGone = ({ item: { declaration }, state }: PlannedItem): boolean =>
  !declaration.resource.stamp?.(declaration.spec, state)
