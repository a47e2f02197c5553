import { effect } from '../core/fact.ts'
import { compare, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { script } from '../core/step.ts'
import { type GroupAnswer, groups } from '../facts/groups.ts'
import { checkName } from './check.ts'

interface Present {
  readonly state: 'present'
  readonly name: string
  /** Default: the next free one. */
  readonly gid?: number
  /** Numbered among the system's own, where no `gid` is said. */
  readonly system?: boolean
}

interface Absent {
  readonly state: 'absent'
  readonly name: string
}

/** A group is never removed by leaving it out: files may be its own. */
export const groupResource: Resource<Present | Absent, GroupAnswer | null> = {
  kind: 'group',
  identity: (spec) => spec.name,
  observe: (spec, read) => read(groups, spec.name),
  plan: (spec, found) => (spec.state === 'present' ? planPresent(spec, found) : planAbsent(spec, found)),
}

const planPresent = (spec: Present, found: GroupAnswer | null): Plan => {
  const gid = spec.gid === undefined ? [] : ['--gid', String(spec.gid)]
  const effects = [effect(groups, spec.name, { gid: spec.gid ?? null })]
  if (!found) {
    const args = [...gid, ...(spec.system ? ['--system'] : []), '--', spec.name]
    return {
      action: 'create',
      differences: [
        { what: 'group', from: null, to: spec.gid === undefined ? spec.name : `${spec.name} (${spec.gid})` },
      ],
      steps: [script(`create group ${spec.name}`, 'groupadd "$@"', { args, effects, foretold: true })],
    }
  }
  if (spec.gid === undefined || found.gid === null) return inOrder
  const differences = compare({ gid: String(found.gid) }, { gid: String(spec.gid) })
  if (differences.length === 0) return inOrder
  const args = [...gid, '--', spec.name]
  return {
    action: 'change',
    differences,
    steps: [script(`renumber group ${spec.name}`, 'groupmod "$@"', { args, effects, foretold: true })],
  }
}

const planAbsent = (spec: Absent, found: GroupAnswer | null): Plan => {
  if (!found) return inOrder
  return {
    action: 'remove',
    differences: [{ what: 'group', from: spec.name, to: null }],
    steps: [
      script(`remove group ${spec.name}`, 'groupdel -- "$1"', {
        args: [spec.name],
        effects: [effect(groups, spec.name, null)],
        foretold: true,
      }),
    ],
  }
}

const declare = declarer(groupResource)

export const group = {
  /** A group of this machine. */
  present: (spec: Omit<Present, 'state'>) => {
    checkName(spec.name)
    return declare({ state: 'present', ...spec })
  },
  /** No group of this name. A user's primary group is refused. */
  absent: (spec: Omit<Absent, 'state'>) => {
    checkName(spec.name)
    return declare({ state: 'absent', ...spec })
  },
}
