import { type Effect, effect } from '../core/fact.ts'
import { groups } from '../facts/groups.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { runningUnit, units } from '../facts/units.ts'
import { users } from '../facts/users.ts'

/** What is there once a package is installed. Only a preview relies on it: afterwards the host is asked. */
export interface Provides {
  /** Units that Debian starts and enables. */
  readonly units?: readonly string[]
  /** Users, each with a group of the same name. */
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  /** Files; a slash at the end means a directory. Where their package left its configuration before, it stays as it is. */
  readonly paths?: readonly string[]
  /** The package that they are in. Default: the one that is installed. */
  readonly pathsOf?: string
}

interface Before {
  /** The package of the paths was never there. */
  readonly fresh: boolean
  readonly masked: readonly string[]
}

export const provided = (provides: Provides, { fresh, masked }: Before): Effect[] => [
  ...(provides.units ?? []).filter((unit) => !masked.includes(unit)).map((unit) => effect(units, unit, runningUnit)),
  ...(provides.users ?? []).map((name) => effect(users, name, systemUser(name))),
  ...[...(provides.groups ?? []), ...(provides.users ?? [])].map((name) => effect(groups, name, { gid: null })),
  ...(fresh ? (provides.paths ?? []) : []).map((name) => effect(path, name.replace(/\/$/, ''), thing(name))),
]

const systemUser = (name: string) => ({
  uid: null,
  group: name,
  groups: [],
  comment: '',
  home: '/nonexistent',
  shell: '/usr/sbin/nologin',
  password: 'locked' as const,
  expires: null,
})

const thing = (name: string): PathAnswer => {
  const root = { owner: 'root', group: 'root', changedAt: Number.POSITIVE_INFINITY }
  return name.endsWith('/')
    ? { type: 'directory', mode: '0755', ...root }
    : { type: 'file', size: 0, sha256: '', mode: '0644', ...root }
}
