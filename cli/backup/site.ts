import type { Backup } from '../../engine/core/backup.ts'
import { FettleError } from '../../engine/core/error.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import { ownerOf, type Repository } from '../../engine/rollout/backup/keeper.ts'
import { inTurn } from '../aside.ts'
import type { KeyOptions, SiteOptions } from '../options.ts'
import { chooseHosts, type OpenSite, openSite, resolveChosen } from '../site.ts'

/** Those of the chosen hosts that are copied, or of which a database is. Read without secrets: hosts open their own repositories. */
export const openClients = async (
  options: SiteOptions,
  what: 'hosts' | 'databases',
): Promise<OpenSite & { readonly names: ReadonlySet<string> }> => {
  const site = await resolveChosen(await chooseHosts(options), options)
  const names = clientsAmong(site, ({ cluster }) => what === 'hosts' || cluster !== null)
  if (names.size === 0) throw what === 'hosts' ? nobody() : noDatabase()
  return { ...site, names }
}

const clientsAmong = (
  { hosts, resolved }: OpenSite,
  isWanted: (backup: Backup) => boolean = () => true,
): ReadonlySet<string> =>
  new Set(hosts.flatMap(({ view }) => (resolved.view.backups(view.name).some(isWanted) ? [view.name] : [])))

/** The repositories of the chosen hosts, by the backup host that has them, with what opens them. */
export const openRepositories = async (
  options: SiteOptions & KeyOptions,
): Promise<OpenSite & { readonly repositories: ReadonlyMap<string, readonly Repository[]> }> => {
  const site = await openSite(await chooseHosts(options), options, { aside: inTurn(), keeps: false })
  const all = [...clientsAmong(site)].flatMap((host) => site.resolved.view.backups(host))
  if (all.length === 0) throw nobody()
  // All servers of a cluster know the same one.
  const each = new Map(all.map((backup) => [`${backup.to} ${backup.repository}`, { owner: ownerOf(backup), backup }]))
  return { ...site, repositories: groupBy(each.values(), ({ backup }) => backup.to) }
}

const nobody = (): FettleError =>
  new FettleError({
    code: 'backup.unknown',
    message: 'none of these hosts is copied to a backup host',
    hint: 'give them the role: backup: { to: GROUP }',
  })

const noDatabase = (): FettleError =>
  new FettleError({
    code: 'backup.unknown',
    message: 'none of these hosts has a database that is copied to a backup host',
    hint: 'without --sql the hosts themselves are copied as well',
  })
