import { effect } from '../core/fact.ts'
import { type Difference, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { type Step, script } from '../core/step.ts'
import { path } from '../facts/path.ts'
import { noUnit, type UnitAnswer, units, unitsRead } from '../facts/units.ts'
import { checkPath } from './check.ts'
import { unitName } from './unit-name.ts'

/** A unit of systemd, by its full name. */
interface Service {
  readonly state: 'running' | 'stopped' | 'masked'
  readonly unit: string
  /** Whether it starts at boot. */
  readonly enabled: boolean
  /** Need not run while nothing is at this path. */
  readonly ifExists?: string
}

/** `waits`: what it needs is not there yet. */
type State = UnitAnswer & { readonly waits?: true }

interface Spec {
  /** `nginx` is short for `nginx.service`. */
  readonly unit: string
}

export const serviceResource: Resource<Service, State> = {
  kind: 'service',
  identity: (spec) => spec.unit,
  observe: async ({ unit, ifExists }, read) => {
    if (ifExists === undefined) return read(units, unit)
    const [found, needed] = await Promise.all([read(units, unit), read(path, ifExists)])
    return needed.type === 'absent' ? { ...found, waits: true } : found
  },
  plan: (spec, found) => {
    if (spec.state === 'running') return planRunning(spec, found)
    return spec.state === 'stopped' ? planStopped(spec, found) : planMasked(spec, found)
  },
}

/** Reloading is running. What is on its way by itself is a difference without a step: it is waited for. */
const runs = ({ active }: UnitAnswer): boolean => ['active', 'reloading', 'refreshing'].includes(active)

const isMoving = ({ active, sub }: UnitAnswer): boolean =>
  (active === 'activating' && sub !== 'auto-restart') || active === 'deactivating'

/** Words of systemd for units that there is nothing to enable or disable about. */
const unswitchable = ['', 'static', 'indirect', 'generated', 'alias', 'transient']

const planRunning = (spec: Service, { waits, ...found }: State): Plan => {
  const { unit } = spec
  const masked = found.load === 'masked'
  const differences = [
    ...(masked ? [{ what: 'masked', from: 'masked', to: null }] : []),
    ...activeDifference(found, waits || runs(found), 'active'),
    ...enabledDifference(spec, found),
  ]
  if (differences.length === 0) return inOrder
  const running = { active: 'active', sub: 'running' }
  const after = { ...found, load: 'loaded', ...(!waits && running), enabled: enabledAfter(spec, found) }
  return planned(unit, differences, after, [
    ...(masked ? [verb('unmask', unit)] : []),
    ...(enabledDifference(spec, found).length > 0 ? [verb(spec.enabled ? 'enable' : 'disable', unit)] : []),
    ...(waits || runs(found) || isMoving(found)
      ? []
      : [script(`start ${unit}`, start, { args: [unit], foretold: true })]),
  ])
}

const planStopped = (spec: Service, found: UnitAnswer): Plan => {
  if (found.load === 'not-found' || found.load === 'masked') return inOrder
  const { unit } = spec
  const rests = ['inactive', 'failed'].includes(found.active)
  const differences = [...activeDifference(found, rests, 'inactive'), ...enabledDifference(spec, found)]
  if (differences.length === 0) return inOrder
  const after = { ...found, active: 'inactive', sub: 'dead', enabled: enabledAfter(spec, found) }
  return planned(unit, differences, after, [
    ...(enabledDifference(spec, found).length > 0 ? [verb(spec.enabled ? 'enable' : 'disable', unit)] : []),
    ...(rests || found.active === 'deactivating' ? [] : [verb('stop', unit)]),
  ])
}

const planMasked = ({ unit }: Service, found: UnitAnswer): Plan => {
  if (found.load === 'masked' && !runs(found)) return inOrder
  return planned(
    unit,
    [
      ...(found.load === 'masked' ? [] : [{ what: 'masked', from: null, to: 'masked' }]),
      ...activeDifference(found, !runs(found), 'inactive'),
    ],
    { ...noUnit, load: 'masked', enabled: 'masked' },
    [script(`mask ${unit}`, 'systemctl mask --now -- "$1"', { args: [unit], effects: [read], foretold: true })],
  )
}

const planned = (unit: string, differences: Difference[], after: UnitAnswer, steps: readonly Step[]): Plan => ({
  action: 'change',
  differences,
  steps: steps.map((step, index) =>
    index === steps.length - 1 ? { ...step, effects: [...step.effects, effect(units, unit, after)] } : step,
  ),
})

const activeDifference = (found: UnitAnswer, good: boolean, to: string): Difference[] => {
  if (good) return []
  const from = found.load === 'not-found' ? null : `${found.active} (${found.sub})`
  return [{ what: 'active', from, to }]
}

const enabledDifference = (spec: Service, found: UnitAnswer): Difference[] => {
  const to = enabledAfter(spec, found)
  return to === found.enabled ? [] : [{ what: 'enabled', from: found.enabled, to }]
}

const enabledAfter = (spec: Service, { load, enabled }: UnitAnswer): string => {
  const fixed = unswitchable.includes(enabled) && load !== 'not-found'
  if (fixed || enabled === (spec.enabled ? 'enabled' : 'disabled')) return enabled
  return spec.enabled ? 'enabled' : 'disabled'
}

/** Whatever changes what starts at boot has systemd read its units again. */
const read = effect(unitsRead, null, true)

const verb = (name: 'enable' | 'disable' | 'stop' | 'unmask', unit: string): Step =>
  script(`${name} ${unit}`, `systemctl ${name} -- "$1"`, {
    args: [unit],
    effects: name === 'stop' ? [] : [read],
    foretold: true,
  })

/** Says why, in the service's own words. A unit that failed too often may be started all the same. */
const start = `
systemctl reset-failed -- "$1" 2>/dev/null
systemctl start -- "$1" && exit
status=$?
journalctl --no-pager --quiet --lines 15 --output cat --unit "$1" >&2
exit $status`

const declare = declarer(serviceResource)

export const service = {
  /** Runs, and starts at boot unless `enabled` is false. With `ifExists` it need not run while that path is absent. */
  running: ({ unit, enabled, ifExists }: Spec & { readonly enabled?: boolean; readonly ifExists?: string }) => {
    if (ifExists !== undefined) checkPath(ifExists)
    return declare({
      state: 'running',
      unit: unitName(unit),
      enabled: enabled ?? true,
      ...(ifExists !== undefined && { ifExists }),
    })
  },
  /** Does not run, and does not start at boot unless `enabled` is true. */
  stopped: ({ unit, enabled }: Spec & { readonly enabled?: boolean }) =>
    declare({ state: 'stopped', unit: unitName(unit), enabled: enabled ?? false }),
  /** Does not run and cannot be started. */
  masked: ({ unit }: Spec) => declare({ state: 'masked', unit: unitName(unit), enabled: false }),
}
