import { createHash, createHmac } from 'node:crypto'
import { reveal, type Secret, secretOf } from './secret.ts'

/** Something on a host that must survive it. */
export interface HostState {
  /** A file or a folder with all that is in it. It is always there once the host is as described. */
  readonly path: string
  readonly why: string
}

/** Where a host is copied to. */
export interface Backup {
  /** The backup host. */
  readonly to: string
  /** Where that keeps the repositories of all hosts, each in a folder of the host's name. */
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

/** A copy of a host as its repository has it. */
export interface Snapshot {
  readonly id: string
  /** As of when, ISO 8601. */
  readonly at: string
  readonly host: string
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

/** What opens the repository of a host. Whoever knows it cannot tell that of another one. */
export const repositoryPassword = (key: Secret, host: string): Secret => derived(key, `repository of ${host}`)

/** What a host logs in to a backup host with. */
export const accessPassword = (key: Secret, host: string, to: string): Secret =>
  derived(key, `access of ${host} to ${to}`)

/** The same as a backup host keeps it, in the form of htpasswd: of a random value a plain sum tells nothing. */
export const accessHash = (key: Secret, host: string, to: string): Secret =>
  secretOf(
    `{SHA}${createHash('sha1')
      .update(reveal(accessPassword(key, host, to)))
      .digest('base64')}`,
  )

const derived = (key: Secret, purpose: string): Secret =>
  secretOf(createHmac('sha256', reveal(key)).update(purpose).digest('hex'))

/** The system's user that keeps the repositories on a backup host. */
export const keeper = 'fettle-backup'

/** Where a host has what it needs to copy itself to a backup host. */
export const backupFolder = '/etc/fettle/backup'

/** The unit that copies a host to a backup host. */
export const backupUnit = (to: string): string => `fettle-backup@${to}.service`

/** Where a host notes what came of its last copy to each backup host, `TO.summary`; while it is under way in `TO.summary~`. */
export const backupState = '/var/lib/fettle-backup'
