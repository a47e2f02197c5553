import { type Backup, backupFolder } from '../../engine/core/backup.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { Topology } from '../../engine/core/role.ts'
import type { BackupSettings } from './settings.ts'

type Here = Topology<BackupSettings>

/** The backup hosts that a host is copied to: no host to itself. */
export const targetsOf = ({ settings, host, site }: Here): readonly HostView[] =>
  site.hosts(settings.to).filter(({ name }) => name !== host.name)

/** Whether the host is a backup host. */
export const keeps = ({ settings, host, site }: Here): boolean =>
  site.hosts(settings.to).some(({ name }) => name === host.name)

/** The hosts that are copied to this one. */
export const clientsOf = ({ host, site }: Here): readonly HostView[] =>
  site.hosts('all').filter(({ name }) => site.backups(name).some(({ to }) => to === host.name))

export const backupOf = ({ settings: { key, folder, keep } }: Here, to: HostView): Backup => ({
  to: to.name,
  folder,
  key,
  keep,
})

/** What a host has to copy itself to one of them. */
export const placeOf = (to: HostView): string => `${backupFolder}/${to.name}`
