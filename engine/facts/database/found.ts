import type { Flavor } from '../../core/database.ts'

/** What is there of databases on a host, and of what its server lets in whom. */
export interface DatabaseObjects {
  /** The server that is installed. */
  readonly flavor: Flavor | null
  /** There are files where servers keep their data. */
  readonly hasData: boolean
  /** Fettle looks after databases here, or did. */
  readonly isKnown: boolean
  /** By the newest promotions that the host has heard of. */
  readonly writers: readonly KnownWriter[]
  /** Null where it does not answer. */
  readonly server: ServerObjects | null
  /** What was said where it does not answer; else empty. */
  readonly silence: string
}

/** Who takes the writes of a cluster. */
export interface KnownWriter {
  readonly cluster: string
  readonly host: string
}

export interface ServerObjects {
  readonly version: string
  /** Takes no writes: `read_only`. */
  readonly closed: boolean
  /** Has another server that it follows, or is to follow. */
  readonly follows: boolean
  /** Those that are not the server's own. */
  readonly databases: readonly DatabaseFound[]
  /** Of `ownDatabase` and of `test`: `fettle.heartbeat`. */
  readonly tables: readonly string[]
  readonly accounts: readonly AccountFound[]
  /** `super_read_only`, and what it can be told while it runs, as it prints them. */
  readonly variables: Readonly<Record<string, string>>
}

export interface DatabaseFound {
  readonly name: string
  readonly charset: string
  readonly collation: string
}

export interface AccountFound {
  readonly user: string
  /** The pattern of hosts that it comes from. */
  readonly host: string
  /** How it shows who it is. */
  readonly plugin: string
  /** SHA-256 of what the server keeps of the password: that itself never leaves the host. */
  readonly digest: string
  /** It can show who it is in another way besides. */
  readonly hasOther: boolean
  readonly tls: AccountTls
  readonly locked: boolean
  readonly grants: readonly Grant[]
}

/** Whether it is refused without TLS, or without a certificate; `other` asks for a certain one. */
export type AccountTls = 'no' | 'yes' | 'certificate' | 'other'

/** One privilege on one thing. */
export interface Grant {
  readonly privilege: string
  readonly on: GrantLevel
  /** As the server has it: a pattern where the level is `database`. Empty for everything. */
  readonly database: string
  /** A table or routine, an account or a role. */
  readonly name: string
  readonly column: string
}

export type GrantLevel = 'global' | 'database' | 'table' | 'column' | 'procedure' | 'function' | 'role' | 'proxy'
