import { type Difference, inOrder, type Plan } from '../core/plan.ts'
import { declarer, type Resource } from '../core/resource.ts'
import { accountName } from '../core/sql.ts'
import type { AccountFound } from '../facts/database/found.ts'
import { check } from './check.ts'
import { type Account, describedHosts, planPresent } from './database/account-plan.ts'
import { checkGrants } from './database/grants.ts'
import { type DatabaseTarget, observeServer, type Tended, tell } from './database/target.ts'

/** No account of this name. */
interface Absent {
  readonly state: 'absent'
  readonly server: DatabaseTarget
  /** Empty for anonymous accounts. */
  readonly user: string
  /** Except from these hosts. Default: none. */
  readonly except?: readonly string[]
}

type Present = Account & { readonly state: 'present' }

/** Accounts are never removed by leaving them out. */
export const databaseAccountResource: Resource<Present | Absent, Tended | null> = {
  kind: 'database-account',
  identity: (spec) => spec.user || "''",
  observe: (spec, read) => observeServer(spec.server, read),
  plan: (spec, tended) => {
    if (!tended) return inOrder
    return spec.state === 'present' ? planPresent(spec, tended) : planAbsent(spec, tended)
  },
}

const planAbsent = ({ user, except = [] }: Absent, tended: Tended): Plan => {
  const { accounts } = tended.server
  const goes = (account: AccountFound) => account.user === user && !except.includes(account.host)
  const going = accounts.filter(goes)
  if (going.length === 0) return inOrder
  const differences: Difference[] = going.map(({ host }) => ({ what: 'account', from: `${user}@${host}`, to: null }))
  const statements = going.map(({ host }) => `DROP USER ${accountName(user, host)};`)
  const left = { accounts: accounts.filter((account) => !goes(account)) }
  return {
    action: 'remove',
    differences,
    steps: [tell(`remove account ${user || 'of nobody'}`, statements, tended, left)],
  }
}

const declare = declarer(databaseAccountResource)

export const databaseAccount = {
  /** An account that may log in from these hosts, and do this and nothing else. */
  present: (spec: Account) => {
    check(
      /^[\w.-]{1,32}$/.test(spec.user) && spec.user !== 'root',
      `${JSON.stringify(spec.user)} is not a name for an account`,
      'letters, digits, _, - and .; root is the server’s own',
    )
    check(spec.hosts.length > 0, `the account ${spec.user} could log in from nowhere`)
    for (const host of spec.hosts)
      check(describedHosts.test(host), `${JSON.stringify(host)} is no pattern of hosts for account ${spec.user}`)
    checkGrants(`account ${spec.user}`, spec.grants)
    return declare({ state: 'present', ...spec, hosts: [...new Set(spec.hosts)].sort() })
  },
  /** No account of this name, nor what it may do. What it made stays. */
  absent: (spec: Omit<Absent, 'state'>) => declare({ state: 'absent', ...spec }),
}
