import { authorityFile } from '../../../engine/core/certificate.ts'
import { type Problem, throwAll } from '../../../engine/core/error.ts'
import type { Topology } from '../../../engine/core/role.ts'
import type { Secret } from '../../../engine/core/secret.ts'
import type { AppSettings } from '../settings.ts'
import { accountFor } from './account.ts'
import { type Addresses, addressesTo } from './addresses.ts'
import { clusterFor } from './cluster.ts'
import { type Wanted, wantedBy } from './wanted.ts'

/** All that an app needs to connect to its database. */
export interface Connection extends Addresses {
  readonly app: string
  readonly name: string
  readonly user: string
  readonly password: Secret
  readonly tls: boolean
}

/** The connections of all apps of a host that want a database. Errors: `settings.invalid`, for all that is wrong. */
export const connectionsOf = (topology: Topology<AppSettings>): readonly Connection[] => {
  const problems: Problem[] = []
  const found = Object.keys(topology.settings.apps).flatMap((app) => {
    const wanted = wantedBy(app, topology)
    return (wanted && connectionFor(wanted, topology, problems)) ?? []
  })
  throwAll(problems)
  return found
}

const connectionFor = (wanted: Wanted, topology: Topology<AppSettings>, problems: Problem[]): Connection | null => {
  const cluster = clusterFor(wanted, topology.site, problems)
  if (!cluster) return null
  const account = accountFor(wanted, cluster, topology.site, problems)
  const addresses = addressesTo(cluster, wanted, topology, problems)
  if (!account || !addresses) return null
  const { app, name, user } = wanted
  const tls = cluster.members.some(({ said }) => said.tls !== null)
  return { ...addresses, app, name, user, password: account.password, tls }
}

/** As the app's processes are given it. Several hosts are divided by commas. */
export const variablesOf = ({ hosts, writerPort, readerPort, name, user, password, tls }: Connection) => ({
  DATABASE_HOST: hosts.join(','),
  DATABASE_WRITER_PORT: String(writerPort),
  DATABASE_READER_PORT: String(readerPort),
  DATABASE_NAME: name,
  DATABASE_USER: user,
  DATABASE_PASSWORD: password,
  ...(tls && { DATABASE_CA: authorityFile }),
})
