import { effect } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { script } from '../core/step.ts'
import { authorizedKeys } from '../facts/authorized-keys.ts'
import { groups } from '../facts/groups.ts'
import { path } from '../facts/path.ts'
import { users } from '../facts/users.ts'
import { check, checkLine, checkName, checkPath } from './check.ts'
import { homeOf, type PresentUser, planChange, planCreate, type UserState } from './user-plan.ts'

/** No such account. Its home stays. */
interface AbsentUser {
  readonly state: 'absent'
  readonly name: string
}

/** Users are never removed by leaving them out: files and people may depend on them. */
export const userResource: Resource<PresentUser | AbsentUser, UserState> = {
  kind: 'user',
  identity: (spec) => spec.name,

  observe: async (spec, read) => {
    const [found, home, namesake] = await Promise.all([
      read(users, spec.name),
      read(path, spec.state === 'present' ? homeOf(spec) : '/'),
      read(groups, spec.name),
    ])
    return { found, home, namesake }
  },

  plan: (spec, state) => {
    if (spec.state === 'absent') return planAbsent(spec, state)
    return state.found ? planChange(spec, state.found) : planCreate(spec, state)
  },
}

const planAbsent = ({ name }: AbsentUser, { found }: UserState): Plan => {
  if (!found) return inOrder
  return {
    action: 'remove',
    differences: [{ what: 'user', from: name, to: null }],
    steps: [
      script(`remove user ${name}`, 'userdel -- "$1"', {
        args: [name],
        effects: [effect(users, name, null), effect(authorizedKeys, name, null)],
        foretold: true,
      }),
    ],
  }
}

const checkUser = (spec: Omit<PresentUser, 'state'>): void => {
  for (const name of [spec.name, spec.group ?? spec.name, ...(spec.groups ?? [])]) checkName(name)
  for (const path of [spec.home ?? '/home', spec.shell ?? '/bin/sh']) checkPath(path)
  checkLine('the comment of a user', spec.comment ?? '')
  check(!/[:,]/.test(spec.comment ?? ''), `the comment of user ${spec.name} holds a colon or comma`)
  check(spec.name !== 'root' || spec.uid === undefined, 'the number of root cannot be changed')
}

const declare = declarer(userResource)

export const user = {
  /** An account, locked for passwords when it is new. */
  present: (spec: Omit<PresentUser, 'state'>) => {
    checkUser(spec)
    return declare({ state: 'present', ...spec })
  },
  /** No such account; its home stays. While its processes run, the step fails. */
  absent: (spec: Omit<AbsentUser, 'state'>) => {
    checkName(spec.name)
    return declare({ state: 'absent', ...spec })
  },
}
