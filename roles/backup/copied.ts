import { accessPassword, backupFolder, repositoryPassword } from '../../engine/core/backup.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { joined } from '../../engine/core/secret.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { unit } from '../../engine/resources/unit.ts'
import type { BackupSettings } from './settings.ts'
import { placeOf } from './targets.ts'

type Context = RoleContext<BackupSettings>

export const programFolder = '/usr/local/lib/fettle'
const program = `${programFolder}/backup`

/** A host that is copied to others. */
export const copied = (context: Context, targets: readonly HostView[]): readonly Declaration[] => [
  directory.present({ path: backupFolder, mode: '0700' }),
  file.present({ path: `${backupFolder}/paths`, content: lines(pathsOf(context)) }),
  file.present({ path: `${backupFolder}/except`, content: lines(context.settings.except) }),
  ...targets.flatMap((to) => opened(context, to)),
  file.present({
    path: program,
    content: context.render('backup/backup', { host: context.host.name, folder: backupFolder }),
    mode: '0755',
  }),
  unit.present({ name: 'fettle-backup@.service', content: context.render('backup/backup.service', { program }) }),
]

/** What lies in another one comes with it. */
const pathsOf = ({ host, site }: Context): readonly string[] => {
  const all = new Set(site.state(host.name).map(({ path }) => path.replace(/(?<=.)\/+$/, '')))
  return [...all].filter((path) => ![...all].some((other) => path.startsWith(`${other}/`))).sort()
}

/** What opens a repository, and the way there: files, for neither arguments nor the environment of a process are private. */
const opened = ({ host, settings: { key, port } }: Context, to: HostView): readonly Declaration[] => {
  const place = placeOf(to)
  const address = to.address.includes(':') ? `[${to.address}]` : to.address
  const login = joined`${host.name}:${accessPassword(key, host.name, to.name)}`
  return [
    directory.present({ path: place, mode: '0700' }),
    file.present({
      path: `${place}/repository`,
      content: joined`rest:https://${login}@${address}:${port}/${host.name}/\n`,
      mode: '0600',
    }),
    file.present({ path: `${place}/password`, content: joined`${repositoryPassword(key, host.name)}\n`, mode: '0600' }),
  ]
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
