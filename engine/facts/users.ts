import type { Fact } from '../core/fact.ts'
import { command } from '../core/shell.ts'
import { lookupFunction } from './lookup.ts'

export interface UserAnswer {
  /** Null where it is not known yet. */
  readonly uid: number | null
  /** Primary group; the number where it has no name. */
  readonly group: string
  /** Supplementary groups of this machine's own `/etc/group`, sorted. */
  readonly groups: readonly string[]
  readonly comment: string
  readonly home: string
  readonly shell: string
  /** `empty` lets everybody in. The hash itself never leaves the host. */
  readonly password: 'locked' | 'set' | 'empty'
  /** Days since the epoch from which on nobody logs in to it, with keys neither; null for never. */
  readonly expires: number | null
}

/** Read by the shell alone, unless a user is not in the machine's own files; null for nobody. */
export const users: Fact<string, UserAnswer | null> = {
  name: 'users',

  script: (names) => `${lookupFunction}
${command('lookup', 'passwd', ...names)}
echo :
while IFS=: read -r name hash changed least most warned inactive expires rest; do
  case $hash in
    '') state=empty ;;
    !* | '*'*) state=locked ;;
    *) state=set ;;
  esac
  echo "password:$name:$state:$expires"
done </etc/shadow
while IFS=: read -r name password gid members; do
  echo "group:$name:$gid:$members"
done </etc/group`,

  parse: (output, names) => {
    const split = output.indexOf('\n:\n')
    const accounts = fieldsOf(output.startsWith(':\n') ? '' : output.slice(0, split))
    const rest = fieldsOf(output.slice(split + 1))
    const passwords = new Map(rest.filter(([kind]) => kind === 'password').map(([, name, ...rest]) => [name, rest]))
    const groups = rest
      .filter(([kind]) => kind === 'group')
      .map(([, name = '', gid = '', members = '']) => ({ name, gid, members: members.split(',') }))
    return names.map((name) => {
      const account = accounts.find(([login]) => login === name)
      if (!account) return null
      const [, , uid, gid = '', comment = '', home = '', shell = ''] = account
      const [password, expires = ''] = passwords.get(name) ?? []
      return {
        uid: Number(uid),
        group: groups.find((group) => group.gid === gid)?.name ?? gid,
        groups: groups.flatMap((group) => (group.members.includes(name) ? [group.name] : [])).sort(),
        comment,
        home,
        shell,
        password: password === 'locked' || password === 'empty' ? password : 'set',
        expires: expires === '' ? null : Number(expires),
      }
    })
  },
}

const fieldsOf = (text: string): string[][] => text.split('\n').map((line) => line.split(':'))
