import { type Effect, effect, type Topic, topic } from '../core/fact.ts'
import { compare, inOrder, type Plan } from '../core/plan.ts'
import { type Step, script } from '../core/step.ts'
import { authorizedKeys } from '../facts/authorized-keys.ts'
import { type GroupAnswer, groups } from '../facts/groups.ts'
import { type PathAnswer, path } from '../facts/path.ts'
import { type UserAnswer, users } from '../facts/users.ts'

/** An account. What is not said is as Debian makes it, and left as it is found. */
export interface PresentUser {
  readonly state: 'present'
  readonly name: string
  readonly uid?: number
  /** Primary group. Default: one of its own, called like the user. */
  readonly group?: string
  /** Groups it is in besides. Others that it is in are kept. */
  readonly groups?: readonly string[]
  /** Default for a new one: `/bin/bash`, for a program `/usr/sbin/nologin`. */
  readonly shell?: string
  /** Changing it moves the content along. Default for a new one: `/home/NAME`, for a program `/nonexistent`. */
  readonly home?: string
  readonly comment?: string
  /** A program's account: numbered among the system's own, and no home is made for it. */
  readonly system?: boolean
}

export interface UserState {
  readonly found: UserAnswer | null
  readonly home: PathAnswer
  /** A group called like the user. */
  readonly namesake: GroupAnswer | null
}

export const homeOf = (spec: PresentUser): string => spec.home ?? (spec.system ? '/nonexistent' : `/home/${spec.name}`)

export const planCreate = (spec: PresentUser, { home, namesake }: UserState): Plan => {
  const { name } = spec
  const left = spec.system ? absent : home
  const uid = spec.uid ?? formerNumber(left, 'owner')
  const own = spec.group === undefined && !namesake
  const gid = own ? formerNumber(left, 'group') : undefined
  const account = newAccount(spec, uid)
  const groupFirst: Step[] =
    gid === undefined
      ? []
      : [
          script(`create group ${name}`, 'groupadd "$@"', {
            args: ['--gid', String(gid), '--', name],
            effects: [effect(groups, name, { gid })],
            touches: [topic(groups, name)],
          }),
        ]
  const create = script(`create user ${name}`, 'useradd "$@"', {
    args: [...creationOptions(spec, account, own && gid === undefined), '--', name],
    effects: [
      effect(users, name, account),
      ...(own ? [effect(groups, name, { gid: gid ?? null })] : []),
      ...(home.type === 'absent' ? homeEffects(spec, account) : []),
    ],
    ...(home.type === 'absent' ? { foretold: true } : { touches: keptHome(spec) }),
  })
  return {
    action: 'create',
    differences: [
      { what: 'user', from: null, to: uid === undefined ? name : `${name} (${uid})` },
      ...(account.groups.length > 0 ? [{ what: 'groups', from: null, to: account.groups.join(', ') }] : []),
    ],
    steps: [...groupFirst, create],
  }
}

/** An account that expired on the second day of all is one that Fettle has locked, to remove it. */
export const lockDay = 1

/** A home that is there is left as it is, and what is in it has a name for its owner again. */
const keptHome = (spec: PresentUser): Topic[] => [
  ...[topic(users, spec.name), topic(groups, spec.name), topic(authorizedKeys, spec.name)],
  topic(path, homeOf(spec)),
]

const absent: PathAnswer = { type: 'absent' }

/** The number on a home whose account is gone: who comes back gets it again, and with it the files. */
const formerNumber = (home: PathAnswer, whose: 'owner' | 'group'): number | undefined =>
  home.type === 'directory' && /^[1-9]\d*$/.test(home[whose]) ? Number(home[whose]) : undefined

const newAccount = (spec: PresentUser, uid: number | undefined): UserAnswer => ({
  uid: uid ?? null,
  group: spec.group ?? spec.name,
  groups: [...(spec.groups ?? [])].sort(),
  comment: spec.comment ?? '',
  home: homeOf(spec),
  shell: spec.shell ?? (spec.system ? '/usr/sbin/nologin' : '/bin/bash'),
  password: 'locked',
  expires: null,
})

const homeEffects = ({ name, system }: PresentUser, { home, group }: UserAnswer): Effect[] => {
  const made = { type: 'directory', owner: name, group, mode: '0750', changedAt: Number.POSITIVE_INFINITY } as const
  const keys = { home, group, directory: absent, file: absent, text: null }
  return [effect(authorizedKeys, name, keys), ...(system ? [] : [effect(path, home, made)])]
}

const creationOptions = (spec: PresentUser, account: UserAnswer, ownGroup: boolean): string[] => [
  ...(spec.system ? ['--system', '--no-create-home'] : ['--create-home', '--key', 'HOME_MODE=0750']),
  ...(account.uid === null ? [] : ['--uid', String(account.uid)]),
  ...(ownGroup ? ['--user-group'] : ['--gid', account.group]),
  ...(account.groups.length > 0 ? ['--groups', account.groups.join(',')] : []),
  ...['--shell', account.shell, '--home-dir', account.home, '--comment', account.comment],
]

export const planChange = (spec: PresentUser, found: UserAnswer): Plan => {
  const { name, uid, group, shell, home, comment } = spec
  const missing = (spec.groups ?? []).filter((other) => other !== found.group && !found.groups.includes(other))
  const wanted: UserAnswer = {
    uid: uid ?? found.uid,
    group: group ?? found.group,
    groups: [...found.groups, ...missing].sort(),
    comment: comment ?? found.comment,
    home: home ?? found.home,
    shell: shell ?? found.shell,
    password: found.password === 'empty' ? 'locked' : found.password,
    expires: found.expires === lockDay ? null : found.expires,
  }
  const differences = compare(fieldsOf(found), fieldsOf(wanted))
  if (differences.length === 0) return inOrder
  const narrow = differences.every(({ what }) => !['uid', 'group', 'home'].includes(what))
  return {
    action: 'change',
    differences,
    steps: [
      script(`change user ${name}`, 'usermod "$@"', {
        args: [...differences.flatMap(({ what }) => changeOptions[what]?.(wanted, missing) ?? []), '--', name],
        effects: [effect(users, name, wanted)],
        ...(narrow && { touches: [topic(users, name)] }),
      }),
    ],
  }
}

const fieldsOf = (account: UserAnswer): Record<string, string> => ({
  ...account,
  uid: String(account.uid),
  expires: account.expires === null ? 'never' : `day ${account.expires}`,
  groups: account.groups.join(', '),
})

const changeOptions: Readonly<Record<string, (wanted: UserAnswer, missing: readonly string[]) => string[]>> = {
  uid: ({ uid }) => ['--uid', String(uid)],
  group: ({ group }) => ['--gid', group],
  groups: (_, missing) => ['--append', '--groups', missing.join(',')],
  comment: ({ comment }) => ['--comment', comment],
  home: ({ home }) => ['--move-home', '--home', home],
  shell: ({ shell }) => ['--shell', shell],
  password: () => ['--lock'],
  expires: () => ['--expiredate', ''],
}
