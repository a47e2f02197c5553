import type { App } from '../../engine/core/app.ts'
import type { Listen } from '../../engine/core/listen.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { Instance } from '../../engine/core/rotation.ts'
import { directory } from '../../engine/resources/directory.ts'
import { rootOf, sharedOf } from '../app/instances.ts'
import type { StaticSettings } from './settings.ts'

type Served = Omit<StaticSettings['apps'][string], 'fallback' | 'maxAge' | 'immutable'>

/** The account of nginx, which reads what it serves. */
export const reader = 'www-data'

/** Where nginx finds an app: behind a link that changes from one release to the next. */
export const folderOf = (name: string, port: number): string => `${rootOf(name)}/instances/${port}`

export const instanceOf = (name: string, { port, tls, health, serverNames }: Served): Instance => ({
  app: name,
  unit: 'nginx.service',
  port,
  health: { ...health, host: serverNames[0] ?? health.host },
  ...(tls && { tls }),
})

export const appOf = (name: string, app: Served, rest: Pick<App, 'user' | 'migrate'>): App => {
  const { shared, keep, source, rollout, hooks } = app
  const places = { root: rootOf(name), group: reader, environment: null, database: null, switching: 'link' } as const
  return { name, ...places, ...rest, shared, keep, source, rollout, hooks, instances: [instanceOf(name, app)] }
}

export const foldersOf = (name: string, owner: string): readonly Declaration[] => [
  directory.present({ path: rootOf(name) }),
  ...['releases', 'instances'].map((folder) => directory.present({ path: `${rootOf(name)}/${folder}` })),
  directory.present({ path: sharedOf(name), owner, group: reader, mode: '2750' }),
]

export const listenOf = (name: string, { port, balancers }: Served): Listen => ({
  port,
  protocol: 'tcp',
  from: balancers === null ? 'everybody' : { group: balancers },
  why: `app ${name}`,
})
