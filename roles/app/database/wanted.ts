import type { Problem } from '../../../engine/core/error.ts'
import type { HostView } from '../../../engine/core/host.ts'
import type { Topology } from '../../../engine/core/role.ts'
import type { AppSettings, AppSpec } from '../settings.ts'

/** The database that an app wants, and who wants it. */
export interface Wanted {
  readonly app: string
  /** Every host of the app, whatever this run was limited to. */
  readonly hosts: readonly HostView[]
  readonly group: string | null
  readonly user: string
  readonly name: string
}

/** What is said of a database. A name alone is that of the account and of the database. */
export const databaseSaid = (said: NonNullable<AppSpec['database']>): Pick<Wanted, 'group' | 'user' | 'name'> => {
  const { group = null, user, name = user } = typeof said === 'string' ? { user: said } : said
  return { group, user, name }
}

/** Null where it wants none. */
export const wantedBy = (app: string, { settings, site }: Topology<AppSettings>): Wanted | null => {
  const said = settings.apps[app]?.database ?? null
  if (said === null) return null
  const hosts = site.hosts('all').filter((host) => site.apps(host.name).some(({ name }) => name === app))
  return { app, hosts, ...databaseSaid(said) }
}

/** A problem with it, at the setting that it is about. */
export const problemWith = (
  { app }: Wanted,
  key: 'group' | 'user' | 'name',
  { message, hint }: { readonly message: string; readonly hint: string },
): Problem => ({
  code: 'settings.invalid',
  message: `app "${app}" ${message}`,
  hint,
  setting: ['apps', app, 'database', key],
})

export const namesOf = (hosts: readonly HostView[]): string => hosts.map(({ name }) => name).join(', ')
