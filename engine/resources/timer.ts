import { inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { check, checkLine } from './check.ts'
import { serviceResource } from './service.ts'
import { unitResource } from './unit.ts'
import { unitName } from './unit-name.ts'

/** Starts a unit by the clock, without Fettle. */
interface Present {
  readonly state: 'present'
  /** `backup` is short for `backup.timer`. */
  readonly name: string
  /** As `OnCalendar=` wants it: `daily`, `Mon *-*-* 04:00`. Several are allowed. */
  readonly calendar: string | readonly string[]
  /** What it starts. Default: the service of the same name. */
  readonly unit?: string
  /** Seconds within which each host picks a moment of its own, the same every time. Default: 0. */
  readonly spread?: number
  /** Make up for a time missed while the host was off. Default: true. */
  readonly persistent?: boolean
}

interface Absent {
  readonly state: 'absent'
  readonly name: string
}

type UnitState = Parameters<typeof unitResource.plan>[1]

const timerName = (name: string): string => (name.endsWith('.timer') ? unitName(name) : unitName(`${name}.timer`))

const unitOf = (spec: Present | Absent) =>
  spec.state === 'present'
    ? { state: spec.state, name: spec.name, content: contentOf(spec) }
    : { state: spec.state, name: spec.name }

const contentOf = ({ name, calendar, unit, spread, persistent }: Present): string => {
  const target = unit === undefined ? name.replace(/\.timer$/, '.service') : unitName(unit)
  return `[Unit]
Description=Starts ${target}

[Timer]
${[calendar]
  .flat()
  .map((time) => `OnCalendar=${time}\n`)
  .join('')}Unit=${target}
Persistent=${persistent ?? true}
${spread ? `RandomizedDelaySec=${spread}\nFixedRandomDelay=true\n` : ''}
[Install]
WantedBy=timers.target
`
}

/** A unit file and a running unit: the plans of both, one after the other. */
export const timerResource: Resource<Present | Absent, UnitState> = {
  kind: 'timer',
  identity: (spec) => spec.name,
  observe: (spec, read) => unitResource.observe(unitOf(spec), read),
  plan: (spec, state) => {
    const file = unitResource.plan(unitOf(spec), state)
    return spec.state === 'present' ? both(file, serviceResource.plan(runningTimer(spec), state.unit)) : file
  },
  retire: (identity) => ({ state: 'absent', name: identity }),
}

const runningTimer = ({ name }: Present) => ({ state: 'running', unit: name, enabled: true }) as const

const both = (file: Plan, running: Plan): Plan => {
  if (file.differences.length + running.differences.length === 0) return inOrder
  return {
    action: file.steps.length > 0 ? file.action : running.action,
    differences: [...file.differences, ...running.differences],
    steps: [...file.steps, ...running.steps],
  }
}

const declare = declarer(timerResource)

export const timer = {
  /** A timer that runs, and starts at boot. */
  present: (spec: Omit<Present, 'state'>) => {
    for (const time of [spec.calendar].flat()) checkLine('a time of a timer', time)
    check([spec.calendar].flat().length > 0, `timer ${spec.name} has no time`)
    check((spec.spread ?? 0) >= 0, `the spread of timer ${spec.name} is negative`)
    return declare({ state: 'present', ...spec, name: timerName(spec.name) })
  },
  /** No such timer. What it starts stays. */
  absent: (spec: Omit<Absent, 'state'>) => declare({ state: 'absent', name: timerName(spec.name) }),
}
