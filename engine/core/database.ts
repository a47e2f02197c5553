import type { Secret } from './secret.ts'

/** Two servers that speak nearly the same. */
export type Flavor = 'mariadb' | 'mysql'

/** A database server on a host: one of a cluster, whose servers hold the same data. */
export interface DatabaseServer {
  /** The cluster's name: `main`. */
  readonly cluster: string
  readonly port: number
  /** The host that is the writer of a new cluster. Who is the writer later, only the servers know. */
  readonly primary: string
  /** No other server of the cluster has it. Null where it is still to be said. */
  readonly serverId: number | null
  /** Whom replicas log in as. The host has the password: `replication` in its folder of the cluster, as an SQL literal. */
  readonly replication: { readonly user: string }
  /** Its certificate, for those who come to it and those it goes to; null for no TLS. */
  readonly tls: DatabaseTls | null
  /** The hosts through which clients come. */
  readonly balancers: readonly string[]
  /** Where balancers ask how it stands. */
  readonly checkPort: number
  /** A commit waits until a replica has it. */
  readonly semiSync: boolean
  /** Mebibytes a second in which it gives a copy of itself; null for as fast as it goes. */
  readonly copyRate: number | null
  /** Whom apps and people log in as. */
  readonly accounts: readonly DatabaseAccount[]
  /** What `fettle watch` may do where it is the writer and is gone. */
  readonly failover: FailoverTerms
}

/** Whether, and when, another server may become the writer without anybody being asked. */
export interface FailoverTerms {
  readonly automatic: boolean
  /** Seconds for which the writer must have been silent. */
  readonly after: number
  /** Seconds after a failover by itself in which there is no second one. */
  readonly damping: number
  /** A program and its arguments, the host's name behind them, that switches the host off; null for none. */
  readonly fence: readonly string[] | null
}

/** The hosts of a group, or addresses and networks. */
export type Clients = { readonly group: string } | { readonly networks: readonly string[] }

/** An account of a cluster, as who logs in must know it. */
export interface DatabaseAccount {
  readonly user: string
  readonly password: Secret
  /** Where it logs in from; null for the server's own host. */
  readonly from: Clients | null
  /** By `*.*`, `DATABASE.*` or `DATABASE.TABLE`. */
  readonly grants: Readonly<Record<string, readonly string[]>>
  /** It must show a certificate of the site's authority. */
  readonly showsCertificate: boolean
}

/** Where a balancer leads to a cluster. */
export interface DatabaseEndpoint {
  readonly cluster: string
  /** To the server that takes writes. */
  readonly writerPort: number
  /** To those that follow it. */
  readonly readerPort: number
  readonly from: Clients
}

/** Where a server has its certificate, and the authority that it and its clients trust: files. */
export interface DatabaseTls {
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/** The databases that every server has. */
export const builtInDatabases: readonly string[] = ['information_schema', 'performance_schema', 'mysql', 'sys']

/** The database that Fettle keeps for itself in every cluster. */
export const ownDatabase = 'fettle'

/** Where a copy of a whole MariaDB server travels to. */
export const copyPort = 4444

/** Where a host keeps what it knows of its cluster. Root only. */
export const databaseState = (cluster: string): string => `/var/lib/fettle/database/${cluster}`

/** What a host knows of a cluster, whether its server runs or not. */
export interface DatabaseHost {
  /** `active`, `inactive`, `failed`; empty where no server is installed. */
  readonly unit: string
  /** Who is the writer, by the newest promotion that the host has heard of; null for none. */
  readonly epoch: Epoch | null
  /** Of a copy that is to replace all it has: `begun`, or `taken` and not following yet; null for none under way. */
  readonly copy: 'begun' | 'taken' | null
  /** Null where it does not answer. */
  readonly server: DatabaseAnswer | null
  /** What was said where it does not answer. */
  readonly silence: string
}

export interface Epoch {
  /** Grows with every promotion. */
  readonly number: number
  /** The host. */
  readonly writer: string
}

/** What a server says of itself. */
export interface DatabaseAnswer {
  readonly flavor: Flavor
  /** `11.8.3-MariaDB-…`. */
  readonly version: string
  /** By what its own transactions are called: MySQL's server UUID, MariaDB's server id. */
  readonly own: string
  /** It takes writes from everybody who may write. */
  readonly writable: boolean
  /** What another server waits for to be as far as this one. */
  readonly position: string
  /** All that it has executed: see `readGtids`. */
  readonly executed: string
  /** Databases that neither the server nor Fettle brings. */
  readonly databases: number
  /** Whom it follows; null for nobody. */
  readonly source: DatabaseSource | null
  /** Seconds since the newest heartbeat that it has, by two clocks; null where it has none. */
  readonly lag: number | null
  readonly semiSync: SemiSync
}

export interface DatabaseSource {
  readonly address: string
  readonly port: number
  readonly receiver: 'running' | 'connecting' | 'stopped'
  readonly applier: 'running' | 'stopped'
  /** Why either does not run; empty for no reason. */
  readonly trouble: string
  /** What it has received, in the server's words. */
  readonly received: string
  /** It insists on knowing whom it follows. */
  readonly verifies: boolean
}

/** Whether commits wait for replicas, which they do not where the server has given up waiting. */
export interface SemiSync {
  readonly wanted: boolean
  readonly waiting: boolean
  /** Replicas that confirm to it. */
  readonly replicas: number
}
