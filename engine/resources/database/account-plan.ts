import { groupBy } from '../../core/group-by.ts'
import { type Difference, inOrder, type Plan } from '../../core/plan.ts'
import { joined, type Secret, type Text } from '../../core/secret.ts'
import { accountName } from '../../core/sql.ts'
import type { AccountFound, AccountTls } from '../../facts/database/found.ts'
import { type Grants, grantStatements, grantText, revokeStatements, wantedGrants, without } from './grants.ts'
import { type KeptPassword, keptPassword } from './password.ts'
import { type DatabaseTarget, type Tended, tell } from './target.ts'

/** An account, and all that it may do. */
export interface Account {
  readonly server: DatabaseTarget
  readonly user: string
  /** Addresses, networks as `192.0.2.0/255.255.255.0`, `localhost` for the socket. It comes from nowhere else. */
  readonly hosts: readonly string[]
  readonly login: Login
  /** Refuses connections without TLS, or without a certificate of the authority that the server trusts. */
  readonly requireTls: Exclude<AccountTls, 'other'>
  /** It may do nothing else. */
  readonly grants: Grants
}

/**
 * A password, whose salt is made of the name and of `salted`: the same for all servers of a cluster. Or nothing but to be
 * the system's user of the same name, over the socket.
 */
export type Login = { readonly password: Secret; readonly salted: string } | 'socket'

export const describedHosts = /^(localhost|[\d.]+(\/[\d.]+)?|[\da-f:]+)$/

export const planPresent = (spec: Account, tended: Tended): Plan => {
  const own = tended.server.accounts.filter(({ user }) => user === spec.user)
  const pairs = spec.hosts.map((host): Pair => {
    const found = own.find((account) => account.host === host) ?? null
    return { found, wanted: wantedAccount(spec, host, found) }
  })
  const surplus = own.filter(({ host }) => !spec.hosts.includes(host))
  const differences = own.length === 0 ? newDifferences(spec) : changes(pairs, surplus)
  if (differences.length === 0) return inOrder
  const verb = own.length === 0 ? 'create' : 'change'
  const statements = [
    ...pairs.flatMap((pair) => pairStatements(spec, pair)),
    ...surplus.map(({ host }) => `DROP USER ${accountName(spec.user, host)};`),
  ]
  const others = tended.server.accounts.filter(({ user }) => user !== spec.user)
  const after = { accounts: [...others, ...pairs.map(({ wanted }) => wanted)] }
  return { action: verb, differences, steps: [tell(`${verb} account ${spec.user}`, statements, tended, after)] }
}

interface Pair {
  readonly found: AccountFound | null
  readonly wanted: AccountFound
}

const keptOf = ({ server, user, login }: Account): KeptPassword | null =>
  login === 'socket' ? null : keptPassword(server.flavor, login.password, `${login.salted} ${user}`)

/** SHA-256 of nothing. */
const noPassword = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const socketPlugin = { mariadb: 'unix_socket', mysql: 'auth_socket' } as const

const wantedAccount = (spec: Account, host: string, found: AccountFound | null): AccountFound => {
  const kept = keptOf(spec)
  return {
    user: spec.user,
    host,
    plugin: kept?.plugin ?? socketPlugin[spec.server.flavor],
    digest: kept?.digest ?? noPassword,
    hasOther: false,
    tls: spec.requireTls,
    locked: false,
    grants: wantedGrants(spec.server.flavor, spec.grants, found?.grants ?? []),
  }
}

const newDifferences = ({ user, hosts, grants }: Account): Difference[] => [
  { what: 'account', from: null, to: user },
  { what: 'from', from: null, to: hosts.join(', ') },
  ...Object.entries(grants).map(([on, privileges]) => ({
    what: 'may',
    from: null,
    to: `${privileges.join(', ')} on ${on}`,
  })),
]

/** What all its hosts have in common is said once. */
const changes = (pairs: readonly Pair[], surplus: readonly AccountFound[]): Difference[] => {
  const there = pairs.filter(({ found }) => found)
  const each = there.flatMap((pair) =>
    pairDifferences(pair).map((difference) => ({ difference, host: pair.wanted.host })),
  )
  const same = groupBy(each, ({ difference }) => JSON.stringify(difference))
  return [
    ...pairs.filter(({ found }) => !found).map(({ wanted }) => ({ what: 'host', from: null, to: wanted.host })),
    ...[...same.values()].flatMap((group) => {
      const [first] = group
      const hosts = group.map(({ host }) => host).join(', ')
      if (!first || group.length === there.length) return first ? [first.difference] : []
      return [{ ...first.difference, what: `${first.difference.what}, from ${hosts}` }]
    }),
    ...surplus.map(({ host }) => ({ what: 'host', from: host, to: null })),
  ]
}

const pairDifferences = ({ found, wanted }: Pair): Difference[] => {
  if (!found) return []
  return [
    ...authDifferences(found, wanted),
    ...without(wanted.grants, found.grants).map((grant) => granted(grantText(grant), null, 'granted')),
    ...without(found.grants, wanted.grants).map((grant) => granted(grantText(grant), 'granted', null)),
  ]
}

const granted = (grant: string, from: string | null, to: string | null): Difference => ({
  what: `grant ${grant}`,
  from,
  to,
})

const authDifferences = (found: AccountFound, wanted: AccountFound): Difference[] => {
  const differs = (what: string, from: string, to: string) => (from === to ? [] : [{ what, from, to }])
  const yesNo = (value: boolean) => (value ? 'yes' : 'no')
  return [
    ...differs('log-in', found.plugin, wanted.plugin),
    ...(found.plugin === wanted.plugin && found.digest !== wanted.digest
      ? [{ what: 'password', from: '(another)', to: '(not shown)' }]
      : []),
    ...differs('another log-in', yesNo(found.hasOther), yesNo(wanted.hasOther)),
    ...differs('TLS required', found.tls, wanted.tls),
    ...differs('locked', yesNo(found.locked), yesNo(wanted.locked)),
  ]
}

/** What is missing first, so that whoever works with the account has all of it at any moment. */
const pairStatements = (spec: Account, { found, wanted }: Pair): readonly Text[] => {
  const account = accountName(spec.user, wanted.host)
  const before = found?.grants ?? []
  return [
    ...(found && authDifferences(found, wanted).length === 0 ? [] : [authStatement(spec, account, found)]),
    ...grantStatements(without(wanted.grants, before), account),
    ...revokeStatements(spec.server.flavor, without(before, wanted.grants), account),
  ]
}

const requirements = { no: 'NONE', yes: 'SSL', certificate: 'X509' } as const

const authStatement = (spec: Account, account: string, found: AccountFound | null): Text => {
  const kept = keptOf(spec)
  const verb = found ? 'ALTER' : 'CREATE'
  const rest = `REQUIRE ${requirements[spec.requireTls]} ACCOUNT UNLOCK`
  const { plugin } = wantedAccount(spec, '', null)
  if (spec.server.flavor === 'mariadb')
    return joined`${verb} USER ${account} IDENTIFIED VIA ${plugin}${kept ? joined` USING ${kept.literal}` : ''} ${rest};`
  const only = found?.hasOther ? ` ALTER USER ${account} DISCARD OLD PASSWORD;` : ''
  return joined`${verb} USER ${account} IDENTIFIED WITH ${plugin}${kept ? joined` AS ${kept.literal}` : ''} ${rest};${only}`
}
