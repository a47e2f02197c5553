import type { App } from '../../engine/core/app.ts'
import type { HostState } from '../../engine/core/backup.ts'
import type { Instance } from '../../engine/core/rotation.ts'
import { databaseSaid } from './database/wanted.ts'
import type { AppSettings, AppSpec } from './settings.ts'

/** The folder with the releases of an app. */
export const rootOf = (name: string): string => `/srv/${name}`

/** What survives its releases. */
export const sharedOf = (name: string): string => `${rootOf(name)}/shared`

export const stateOf = (name: string): HostState => ({ path: sharedOf(name), why: `what app ${name} keeps` })

export const environmentOf = (name: string): string => `/etc/fettle/apps/${name}.env`

type Listening = Pick<AppSpec, 'port' | 'instances' | 'health'> & Partial<Pick<AppSpec, 'tls'>>

export const instancesOf = (name: string, { port, instances, health, tls }: Listening): readonly Instance[] =>
  Array.from({ length: instances }, (_, index) => ({
    app: name,
    unit: `${name}@${port + index}.service`,
    port: port + index,
    health,
    ...(tls && { tls }),
  }))

/** What releases and rollouts need to know of an app. */
type Released = Listening & Pick<AppSpec, 'database' | 'shared' | 'keep' | 'source' | 'migrate' | 'rollout' | 'hooks'>

export const appOf = (name: string, spec: Released): App => {
  const { shared, keep, source, migrate, rollout, hooks, database } = spec
  const places = {
    root: rootOf(name),
    user: name,
    group: name,
    environment: environmentOf(name),
    database: database && (databaseSaid(database).group ?? 'all'),
    switching: 'restart',
  } as const
  return { name, ...places, shared, keep, source, migrate, instances: instancesOf(name, spec), rollout, hooks }
}

export const appsOf = ({ apps }: AppSettings): readonly App[] =>
  Object.entries(apps).map(([name, spec]) => appOf(name, spec))
