import { bracketed } from '../../engine/core/addresses.ts'
import {
  accessPassword,
  type Backup,
  backupFolder,
  binlogTimer,
  databaseCopies,
  placeOf,
  repositoryPassword,
} from '../../engine/core/backup.ts'
import { builtInDatabases, databaseState } from '../../engine/core/database.ts'
import { client } from '../../engine/core/database-client.ts'
import { tellContents } from '../../engine/core/database-contents.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { joined } from '../../engine/core/secret.ts'
import { literal } from '../../engine/core/sql.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import type { BackupSettings } from './settings.ts'

type Context = RoleContext<BackupSettings>

export const programFolder = '/usr/local/lib/fettle'
const program = `${programFolder}/backup`

/** A host that is copied to others. */
export const copied = (context: Context, backups: readonly Backup[]): readonly Declaration[] => {
  const { host, settings, render } = context
  return [
    directory.present({ path: backupFolder, mode: '0700' }),
    file.present({ path: `${backupFolder}/paths`, content: lines(pathsOf(context)) }),
    file.present({ path: `${backupFolder}/except`, content: lines(settings.except) }),
    ...backups.flatMap((backup) => opened(context, backup)),
    file.present({
      path: program,
      content: render('backup/backup', {
        ...{ host: host.name, folder: backupFolder, copies: databaseCopies, client, tell_contents: tellContents },
        built_in: builtInDatabases.map(literal).join(', '),
        database: databaseState('$cluster'),
      }),
      mode: '0755',
    }),
    unit.present({ name: 'fettle-backup@.service', content: render('backup/backup.service', { program }) }),
    ...databases(
      context,
      backups.filter(({ cluster }) => cluster !== null),
    ),
  ]
}

/** A server's databases are copied when somebody says so, and what it writes down all the time. */
const databases = ({ settings, render }: Context, backups: readonly Backup[]): readonly Declaration[] => {
  const [first] = backups
  if (!first) return []
  const copies = (what: string) => render('backup/database.service', { program, cluster: first.repository, what })
  const timers = backups.map(({ to }) => binlogTimer(to))
  return [
    unit.present({ name: 'fettle-backup-database@.service', content: copies('databases') }),
    unit.present({ name: 'fettle-backup-sql@.service', content: copies('sql') }),
    unit.present({ name: 'fettle-backup-binlogs@.service', content: copies('binlogs') }),
    unit.present({
      name: 'fettle-backup-binlogs@.timer',
      content: render('backup/binlogs.timer', { every: settings.binlogs }),
      restarts: timers,
    }),
    ...timers.map((timer) => service.running({ unit: timer })),
  ]
}

/** What lies in another one comes with it. */
const pathsOf = ({ host, site }: Context): readonly string[] => {
  const all = new Set(site.state(host.name).map(({ path }) => path.replace(/(?<=.)\/+$/, '')))
  return [...all].filter((path) => ![...all].some((other) => path.startsWith(`${other}/`))).sort()
}

/** What opens a repository, and the way there: files, for neither arguments nor the environment of a process are private. */
const opened = ({ site, settings: { port } }: Context, backup: Backup): readonly Declaration[] => {
  const { to, repository, key } = backup
  const place = placeOf(backup)
  const login = joined`${repository}:${accessPassword(key, repository, to)}`
  const server = `${addressOf(site, to)}:${port}`
  return [
    directory.present({ path: place, mode: '0700' }),
    file.present({
      path: `${place}/repository`,
      content: joined`rest:https://${login}@${server}/${repository}/\n`,
      mode: '0600',
    }),
    file.present({
      path: `${place}/password`,
      content: joined`${repositoryPassword(key, repository)}\n`,
      mode: '0600',
    }),
  ]
}

const addressOf = (site: Context['site'], name: string): string =>
  bracketed(site.hosts('all').find((each) => each.name === name)?.address ?? name)

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
