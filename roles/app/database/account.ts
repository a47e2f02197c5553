import type { DatabaseAccount } from '../../../engine/core/database.ts'
import type { Problem } from '../../../engine/core/error.ts'
import type { HostView, SiteView } from '../../../engine/core/host.ts'
import { didYouMean } from '../../../engine/core/suggest.ts'
import { clientsOf, strangersTo } from './clients.ts'
import type { Cluster } from './cluster.ts'
import { namesOf, problemWith, type Wanted } from './wanted.ts'

/** The account that an app means. Null, with a problem more, where the cluster does not describe it. */
export const accountFor = (
  wanted: Wanted,
  cluster: Cluster,
  site: SiteView,
  problems: Problem[],
): DatabaseAccount | null => {
  const account = cluster.accounts.find(({ user }) => user === wanted.user)
  if (!account) {
    problems.push(unknownUser(wanted, cluster))
    return null
  }
  if (!mayUse(account, wanted.name)) problems.push(nothingGranted(wanted, cluster, account))
  const outside = outsideOf(account, wanted, cluster, site)
  if (outside.length > 0) problems.push(notFromHere(wanted, cluster, outside))
  if (account.showsCertificate) problems.push(certificateWanted(wanted, cluster))
  return account
}

const databasesOf = ({ grants }: DatabaseAccount): readonly string[] =>
  Object.keys(grants).map((target) => target.slice(0, target.lastIndexOf('.')))

const mayUse = (account: DatabaseAccount, name: string): boolean =>
  databasesOf(account).some((database) => database === '*' || database === name)

const outsideOf = (
  { from }: DatabaseAccount,
  { hosts }: Wanted,
  { members }: Cluster,
  site: SiteView,
): readonly HostView[] => {
  if (from) return strangersTo(from, hosts, site)
  return hosts.filter(({ name }) => !members.some(({ host }) => host.name === name))
}

const unknownUser = (wanted: Wanted, { name, accounts }: Cluster): Problem => {
  const users = accounts.map(({ user }) => user)
  return problemWith(wanted, 'user', {
    message: `logs in to the database cluster "${name}" as "${wanted.user}", whom it does not describe`,
    hint: didYouMean(wanted.user, users) ?? `its users are: ${users.join(', ') || 'none'}`,
  })
}

const nothingGranted = (wanted: Wanted, { name }: Cluster, account: DatabaseAccount): Problem =>
  problemWith(wanted, 'name', {
    message: `uses the database "${wanted.name}" of cluster "${name}", where "${wanted.user}" may do nothing`,
    hint:
      didYouMean(wanted.name, databasesOf(account)) ??
      `say it for the user: grants: { '${wanted.name}.*': [SELECT, INSERT, UPDATE, DELETE] }`,
  })

const notFromHere = (wanted: Wanted, { name }: Cluster, outside: readonly HostView[]): Problem =>
  problemWith(wanted, 'user', {
    message: `is on ${namesOf(outside)}, from where "${wanted.user}" does not log in to the database cluster "${name}"`,
    hint: `say it for the user: ${clientsOf(wanted.hosts)}`,
  })

const certificateWanted = (wanted: Wanted, { name }: Cluster): Problem =>
  problemWith(wanted, 'user', {
    message: `is given no certificate, and the database cluster "${name}" asks "${wanted.user}" for one`,
    hint: 'say it for the user: requireTls: true',
  })
