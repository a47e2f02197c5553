import { accessHash, keeper } from '../../engine/core/backup.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { joined, type Text } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { user } from '../../engine/resources/user.ts'
import type { BackupSettings } from './settings.ts'
import { repositoriesOn } from './targets.ts'

type Context = RoleContext<BackupSettings>

export const serverUnit = 'fettle-backup-server.service'
export const certificateName = 'backup'

const place = '/etc/fettle/backup-server'
const users = `${place}/users`
const tls = { certificate: `${place}/server.pem`, key: `${place}/server.key` }

/** A host that keeps the copies of others. They can add to their own repository, and neither remove nor read another's. */
export const keeping = (context: Context): readonly Declaration[] => {
  const { folder, port } = context.settings
  const { key, certificate } = context.certificate(certificateName)
  const readable = { group: keeper, mode: '0640' }
  return [
    apt.installed({ name: 'rclone' }),
    user.present({ name: keeper, system: true }),
    directory.present({ path: folder, owner: keeper, group: keeper, mode: '0700' }),
    directory.present({ path: place, group: keeper, mode: '0750' }),
    file.present({ path: tls.key, content: key, ...readable, restarts: [serverUnit] }),
    file.present({ path: tls.certificate, content: certificate, ...readable, restarts: [serverUnit] }),
    // Read again by itself when it changes.
    file.present({ path: users, content: accessesOf(context), ...readable }),
    unit.present({
      name: serverUnit,
      content: context.render('backup/server.service', { user: keeper, folder, port, users, ...tls }),
      restarts: [serverUnit],
    }),
    service.running({ unit: serverUnit }),
  ]
}

const accessesOf = (context: Context): Text =>
  repositoriesOn(context)
    .map((name) => joined`${name}:${accessHash(context.settings.key, name, context.host.name)}\n`)
    .reduce((all, line) => joined`${all}${line}`, '')
