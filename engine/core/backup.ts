import { createHash, createHmac } from 'node:crypto'
import { reveal, type Secret, secretOf } from './secret.ts'

/** Something on a host that must survive it. */
export interface HostState {
  /** A file or a folder with all that is in it. It is always there once the host is as described. */
  readonly path: string
  readonly why: string
  /** Provisioning makes it anew, so a restore of the whole site leaves it. Default: it does not. */
  readonly isRemade?: boolean
}

/** Where a host, or the database of which it has a server, is copied to. */
export interface Backup {
  /** The backup host. */
  readonly to: string
  /** The name of the repository: the host's, or one that all servers of a cluster know. */
  readonly repository: string
  /** The database cluster whose copies it has; null where it has the host's own. */
  readonly cluster: string | null
  /** Seconds from one copy of the cluster's binlogs to the next. */
  readonly binlogs: number
  /** Where that keeps the repositories of all hosts, each in a folder of its name. */
  readonly folder: string
  /** The site's key, of which the password of each repository is made. */
  readonly key: Secret
  readonly keep: Retention
}

/** A copy of a host that was just made. */
export interface BackupCopy {
  /** The repository's name of it, which may be shortened. */
  readonly snapshot: string
  readonly files: number
  /** Of all that was copied. */
  readonly bytes: number
  /** Bytes that the repository did not have before. */
  readonly added: number
}

/**
 * What a copy is of: a host; a cluster's databases, as a folder that a server starts with or as statements that any server
 * reads; or what its writer wrote down since, and some days before.
 */
export type CopyKind = 'files' | 'databases' | 'sql' | 'binlogs'

/** A copy of a host as its repository has it. */
export interface Snapshot {
  readonly id: string
  /** As of when, ISO 8601. */
  readonly at: string
  readonly host: string
  /** By what it is of: see `CopyKind`. */
  readonly tags: readonly string[]
  readonly paths: readonly string[]
}

/** For how long which copies are kept, as `7d` or `1y6m`: all of so long, then one a day, a week and a month. */
export interface Retention {
  readonly all: string
  readonly daily: string
  readonly weekly: string
  readonly monthly: string
}

/** The repository of a cluster. No host is called so. */
export const clusterRepository = (cluster: string): string => `_${cluster}`

/** What opens a repository. Whoever knows it cannot tell that of another one. */
export const repositoryPassword = (key: Secret, repository: string): Secret =>
  derived(key, `repository of ${repository}`)

/** What those who add to it log in to a backup host with. */
export const accessPassword = (key: Secret, repository: string, to: string): Secret =>
  derived(key, `access of ${repository} to ${to}`)

/** The same as a backup host keeps it, in the form of htpasswd: of a random value a plain sum tells nothing. */
export const accessHash = (key: Secret, repository: string, to: string): Secret =>
  secretOf(
    `{SHA}${createHash('sha1')
      .update(reveal(accessPassword(key, repository, to)))
      .digest('base64')}`,
  )

const derived = (key: Secret, purpose: string): Secret =>
  secretOf(createHmac('sha256', reveal(key)).update(purpose).digest('hex'))

/** The system's user that keeps the repositories on a backup host. */
export const keeper = 'fettle-backup'

/** Where a host has what it needs to copy itself to backup hosts. */
export const backupFolder = '/etc/fettle/backup'

type Kept = Pick<Backup, 'to' | 'repository' | 'cluster'>

/** Where a host has what opens a repository on a backup host. */
export const placeOf = ({ to, repository, cluster }: Kept): string =>
  `${backupFolder}/${to}${cluster === null ? '' : repository}`

/** What a host is asked to copy: itself, or of the database of which it has a server one of these. */
export type DatabaseCopy = Extract<CopyKind, 'databases' | 'sql'>

const unitWords: Readonly<Record<DatabaseCopy, string>> = { databases: '-database', sql: '-sql' }

/** The unit that copies a host, or the database of which it has a server, to a backup host. */
export const backupUnit = ({ to, cluster }: Kept, kind: DatabaseCopy): string =>
  `fettle-backup${cluster === null ? '' : unitWords[kind]}@${to}.service`

/** The timer that sends a cluster's binlogs from the host of its writer. */
export const binlogTimer = (to: string): string => `fettle-backup-binlogs@${to}.timer`

/** Where a host notes what came of such a copy; with `~` behind it while the copy is under way. */
export const summaryOf = ({ to, repository, cluster }: Kept, kind: DatabaseCopy): string =>
  `/var/lib/fettle-backup/${to}${cluster === null ? '' : repository}${kind === 'sql' ? '.sql' : ''}.summary`

/** Where a server is copied to on its own host before it is sent. */
export const databaseCopies = '/var/lib/fettle-backup-database'
