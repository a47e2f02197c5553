import { FettleError, type Problem } from '../../engine/core/error.ts'
import type { BaseSettings } from './settings.ts'

type Users = BaseSettings['users']

/**
 * What would lock everybody out, as far as the description alone shows it; the rest is for the guard.
 * `me` is the account that Fettle logs in to, where it is known.
 */
export const lockouts = (users: Users, me: string | undefined): readonly Problem[] => {
  const own = me === undefined ? undefined : users[me]
  if (own?.absent && administrators(users).length === 0) return [removesOwnWay(`${me}`)]
  if (own && !own.absent && own.keys.length === 0) return [leavesNoKey(`${me}`)]
  const somebodyGoes = Object.values(users).some(({ absent }) => absent)
  return somebodyGoes && remaining(users, me).length === 0 ? [leavesNobody(users)] : []
}

/** Errors: `access.lockout`. */
export const refuseLockout = (users: Users, me: string | undefined): void => {
  const [problem] = lockouts(users, me)
  if (problem) throw new FettleError(problem)
}

/**
 * The account that Fettle logs in to, where it is to be removed: it stays, with its rights, until Fettle logs in to
 * another one, which proves that somebody else can.
 */
export const leaver = (users: Users, me: string | undefined): string | undefined =>
  me !== undefined && users[me]?.absent ? me : undefined

export const leaverNotices = (users: Users, me: string | undefined): readonly string[] => {
  const leaving = leaver(users, me)
  const [other] = administrators(users)
  if (leaving === undefined || other === undefined) return []
  return [
    `${leaving} is to be removed, and Fettle logs in as ${leaving}: set ansible_user to ${other}, then run again to remove ${leaving}`,
  ]
}

/** Who can log in and become root. */
const administrators = (users: Users): string[] =>
  Object.entries(users).flatMap(([name, { sudo, keys, absent }]) => (sudo && keys.length > 0 && !absent ? [name] : []))

const remaining = (users: Users, me: string | undefined): string[] => [
  ...administrators(users),
  ...(me === undefined ? [] : [me]),
]

const removesOwnWay = (me: string): Problem => ({
  code: 'access.lockout',
  message: `base.users removes ${me}, as whom Fettle logs in`,
  hint: 'describe somebody else with sudo and a key first',
})

const leavesNoKey = (me: string): Problem => ({
  code: 'access.lockout',
  message: `base.users.${me} has no key, and Fettle logs in as ${me}`,
  hint: `list the key that you log in with under base.users.${me}.keys, or leave ${me} out of base.users`,
})

const leavesNobody = (users: Users): Problem => ({
  code: 'access.lockout',
  message: 'base.users leaves nobody who can log in and become root',
  detail: `to be removed: ${Object.keys(users)
    .filter((name) => users[name]?.absent)
    .join(', ')}`,
  hint: 'give somebody who stays a key and sudo: true',
})
