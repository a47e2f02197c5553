import { authorityFile, namesOf } from '../../engine/core/certificate.ts'
import { defineRole } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { addressesIn } from '../addresses.ts'
import { copied, programFolder } from './copied.ts'
import { certificateName, keeping, serverUnit } from './keeping.ts'
import { BackupSettings } from './settings.ts'
import { backupsOf, clientsOf, keeps } from './targets.ts'

export default defineRole({
  name: 'backup',
  summary: 'Copies what must survive a host to backup hosts, encrypted; a host of the group `to` keeps the copies.',
  settings: BackupSettings,

  resources: (context) => {
    const backups = backupsOf(context)
    return [
      apt.installed({ name: 'restic' }),
      directory.present({ path: '/etc/fettle' }),
      file.present({ path: authorityFile, content: context.authority() }),
      directory.present({ path: programFolder }),
      ...(backups.length > 0 ? copied(context, backups) : []),
      ...(keeps(context) ? keeping(context) : []),
    ]
  },

  certificates: (context) =>
    keeps(context) ? [{ name: certificateName, names: namesOf(context.host), uses: ['server'] }] : [],

  listens: (context) => {
    const networks = keeps(context) ? addressesIn(clientsOf(context), 'is copied to backup hosts') : []
    if (networks.length === 0) return []
    return [{ port: context.settings.port, protocol: 'tcp', from: { networks }, why: 'backups' }]
  },

  state: ({ settings }) => settings.paths.map((path) => ({ path, why: 'as the site says' })),

  backups: backupsOf,

  health: (context) => (keeps(context) ? [{ unit: serverUnit }, { tcp: context.settings.port }] : []),
})
