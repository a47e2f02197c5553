import { effect, topic } from '../core/fact.ts'
import { inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { command } from '../core/shell.ts'
import { type Step, script } from '../core/step.ts'
import { authorizedKeys } from '../facts/authorized-keys.ts'
import { groups } from '../facts/groups.ts'
import { path } from '../facts/path.ts'
import { type UserAnswer, users } from '../facts/users.ts'
import { check, checkLine, checkName, checkPath } from './check.ts'
import { homeOf, lockDay, type PresentUser, planChange, planCreate, type UserState } from './user-plan.ts'

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
      ...(found.expires === lockDay ? [] : [lock(name, found)]),
      script(`end the sessions of user ${name}, and remove it`, removeUser, {
        args: [name],
        effects: [effect(users, name, null), effect(authorizedKeys, name, null)],
        foretold: true,
        irrevocable: true,
      }),
    ],
  }
}

/** An account that has expired lets nobody in, with a key neither, and can be had back as it was. */
const lock = (name: string, found: UserAnswer): Step => {
  const before = found.expires === null ? '' : String(found.expires)
  return script(`lock user ${name}`, 'usermod --expiredate "$1" -- "$2"', {
    args: [String(lockDay), name],
    effects: [effect(users, name, { ...found, expires: lockDay })],
    touches: [topic(users, name)],
    guard: { undo: command('usermod', '--expiredate', before, '--', name) },
  })
}

/** Whatever still runs as the user is ended first, also what has left its session. */
export const removeUser = `
uid=$(id -u -- "$1") && [ "$uid" != 0 ] || exit
loginctl disable-linger "$1" 2>/dev/null
timeout 10 systemctl stop "user-$uid.slice" 2>/dev/null
for round in 1 2 3 4 5; do
  set -- "$1"
  for process in /proc/[0-9]*; do
    while read -r what who rest; do
      [ "$what" = Uid: ] || continue
      [ "$who" != "$uid" ] || set -- "$@" "\${process#/proc/}"
      break
    done 2>/dev/null <"$process/status"
  done
  [ $# -gt 1 ] || break
  (shift; kill -KILL "$@" 2>/dev/null)
  sleep 0.2
done
userdel -- "$1"`

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
  /** No such account: locked, and once that is known to lock nobody else out, its sessions ended and removed. Its home stays. */
  absent: (spec: Omit<AbsentUser, 'state'>) => {
    checkName(spec.name)
    check(spec.name !== 'root', 'root cannot be removed')
    return declare({ state: 'absent', ...spec })
  },
}
