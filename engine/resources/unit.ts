import { effect, type Read } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { type Attachments, declarer, type Resource } from '../core/resource.ts'
import type { Text } from '../core/secret.ts'
import { script } from '../core/step.ts'
import { type UnitAnswer, units, unitsRead } from '../facts/units.ts'
import { checkUnitContent } from './content.ts'
import { fileResource } from './file.ts'
import { unitName } from './unit-name.ts'
import { guardOf } from './way-in.ts'

/** A unit file of this machine's own, known to systemd as it is. Whether it runs is for `service` to say. */
interface Present {
  readonly state: 'present'
  /** The full name: `shop.service`, `backup.timer`, `app@.service`. */
  readonly name: string
  /** Never secret: systemd shows units to everybody. */
  readonly content: Text
}

/** No such unit file. The unit is stopped and disabled first. */
interface Absent {
  readonly state: 'absent'
  readonly name: string
}

interface State {
  readonly file: Parameters<typeof fileResource.plan>[1]
  readonly unit: UnitAnswer
}

export const unitDirectory = '/etc/systemd/system'

/** The file behind a unit. */
const fileOf = (spec: Present | Absent) => {
  const path = `${unitDirectory}/${spec.name}`
  return spec.state === 'present' ? { state: spec.state, path, content: spec.content } : { state: spec.state, path }
}

export const reread = script('make systemd read its units again', 'systemctl daemon-reload', {
  effects: [effect(unitsRead, null, true)],
  foretold: true,
})

export const unitResource: Resource<Present | Absent, State> = {
  kind: 'unit',
  identity: (spec) => spec.name,
  observe: async (spec, read) => {
    const [file, unit] = await Promise.all([fileResource.observe(fileOf(spec), read), observeUnit(spec.name, read)])
    return { file, unit }
  },
  plan: (spec, state) => (spec.state === 'present' ? planPresent(spec, state) : planAbsent(spec, state)),
  stamp: (spec, { file }) => fileResource.stamp?.(fileOf(spec), file) ?? null,
  stampAfter: (spec) => fileResource.stampAfter?.(fileOf(spec)) ?? null,
  takeUp: [reread],
  guards: (spec) => guardOf(fileOf(spec).path),
  retire: (identity) => ({ state: 'absent', name: identity }),
}

/** What one unit needs read again is read with any other. */
export const observeUnit = async (name: string, read: Read): Promise<UnitAnswer> => {
  const unit = await read(units, name)
  return unit.needsReload && (await read(unitsRead, null)) ? { ...unit, needsReload: false } : unit
}

/** The plan for a file that systemd reads, and how systemd learns of it; also when an earlier run did not get that far. */
export const withReread = (file: Plan, needsReload: boolean): Plan => {
  if (file.steps.length > 0) return { ...file, steps: [...file.steps, reread] }
  if (!needsReload) return inOrder
  return {
    action: 'change',
    differences: [{ what: 'read by systemd', from: 'an older version', to: 'this one' }],
    steps: [reread],
  }
}

const planPresent = (spec: Present, { file, unit }: State): Plan => {
  const plan = withReread(fileResource.plan(fileOf(spec), file), unit.needsReload)
  const isOrphan = unit.load === 'not-found' && unit.active === 'active'
  // What becomes of one that went on without its file, nobody knows before it has it again.
  return isOrphan ? { ...plan, steps: plan.steps.map(({ foretold: _, ...step }) => step) } : plan
}

const stop = `
systemctl disable --now -- "$1"
case $1 in *@.*) systemctl stop -- "\${1%%@*}@*.\${1##*.}" ;; esac`

const planAbsent = (spec: Absent, { file, unit }: State): Plan => {
  const plan = withReread(fileResource.plan(fileOf(spec), file), unit.needsReload)
  if (plan.action !== 'remove') return plan
  const effects = [effect(units, spec.name, { ...unit, active: 'inactive', sub: 'dead' })]
  const stopped = script(`stop ${spec.name}`, stop, { args: [spec.name], effects, foretold: true })
  return { ...plan, steps: [stopped, ...plan.steps] }
}

const declare = declarer(unitResource)

export const unit = {
  /** A unit file that systemd has read. */
  present: (spec: Omit<Present, 'state'> & Attachments) => {
    checkUnitContent(spec.name, spec.content)
    return declare({ state: 'present', ...spec, name: unitName(spec.name) })
  },
  /** No unit file of this machine's own; the distribution's, if any, holds again. */
  absent: (spec: Omit<Absent, 'state'> & Attachments) =>
    declare({ state: 'absent', ...spec, name: unitName(spec.name) }),
}
