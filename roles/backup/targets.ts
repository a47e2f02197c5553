import { type Backup, clusterRepository } from '../../engine/core/backup.ts'
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

/** Its own repository on each of them, and that of each cluster of which it has a server. */
export const backupsOf = (here: Here): readonly Backup[] => {
  const { settings, host, site } = here
  const { key, folder, keep, binlogs } = settings
  const own = site.state(host.name).length > 0 ? [{ cluster: null, repository: host.name }] : []
  const clusters = site.databases(host.name).map(({ cluster }) => ({ cluster, repository: clusterRepository(cluster) }))
  return targetsOf(here).flatMap(({ name: to }) =>
    [...own, ...clusters].map((each) => ({ to, folder, key, keep, binlogs, ...each })),
  )
}

/** The names of the repositories that this host keeps. */
export const repositoriesOn = (here: Here): readonly string[] => {
  const { host, site } = here
  const backups = clientsOf(here).flatMap(({ name }) => site.backups(name))
  return [...new Set(backups.filter(({ to }) => to === host.name).map(({ repository }) => repository))]
}
