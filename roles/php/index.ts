import type { HostFacts } from '../../engine/core/host.ts'
import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { user } from '../../engine/resources/user.ts'
import { sharedOf, stateOf } from '../app/instances.ts'
import { appOf, folderOf, foldersOf, instanceOf, listenOf, reader } from '../static/served.ts'
import { PhpSettings } from './settings.ts'
import { versionOf } from './version.ts'

type Context = RoleContext<PhpSettings>
type App = PhpSettings['apps'][string]

const validate: Validator = { name: 'nginx', script: 'nginx -t' }

export default defineRole({
  name: 'php',
  summary: 'Runs releases of PHP apps with php-fpm behind nginx, whose role the host needs as well.',
  settings: PhpSettings,

  resources: (context) => {
    const { settings, host } = context
    const version = versionOf(host.facts.os, settings.version)
    const unit = `php${version}-fpm.service`
    const pools = `/etc/php/${version}/fpm/pool.d`
    const judge: Validator = { name: 'php-fpm', script: `php-fpm${version} -t` }
    return [
      apt.installed({
        name: `php${version}-fpm`,
        provides: { units: [unit], paths: [`${pools}/`, `${pools}/www.conf`] },
      }),
      ...settings.extensions.map((name) => apt.installed({ name: `php${version}-${name}` })),
      ...Object.entries(settings.apps).flatMap(([name, app]) => described(context, name, app, { unit, pools, judge })),
      ...(Object.keys(settings.apps).length > 0
        ? [file.absent({ path: `${pools}/www.conf`, validate: judge, reloads: [unit] })]
        : []),
      ...(Object.keys(settings.apps).length > 0 ? [service.running({ unit })] : []),
    ]
  },

  listens: ({ settings }) => Object.entries(settings.apps).map(([name, app]) => listenOf(name, app)),
  rotation: ({ settings }) => Object.entries(settings.apps).map(([name, app]) => instanceOf(name, app)),
  apps: ({ settings }) =>
    Object.entries(settings.apps).map(([name, app]) => appOf(name, app, { user: name, migrate: app.migrate })),
  state: ({ settings }) => Object.keys(settings.apps).map(stateOf),
})

interface Fpm {
  readonly unit: string
  readonly pools: string
  readonly judge: Validator
}

const described = ({ host, render }: Context, name: string, app: App, fpm: Fpm): readonly Declaration[] => [
  user.present({ name, system: true, group: reader }),
  ...foldersOf(name, name),
  file.present({
    path: `${fpm.pools}/${name}.conf`,
    content: render('php/pool.conf', {
      name,
      reader,
      host: host.name,
      shared: sharedOf(name),
      processes: app.processes ?? processesFor(host.facts),
      timeout: app.timeout,
      variables: { ...app.environment, ...app.secrets },
    }),
    mode: '0600',
    validate: fpm.judge,
    reloads: [fpm.unit],
  }),
  file.present({
    path: `/etc/nginx/sites-enabled/${name}.conf`,
    content: render('php/site.conf', {
      name,
      port: app.port,
      tls: app.tls,
      is_default: app.default,
      server_names: app.serverNames,
      root: `${folderOf(name, app.port)}/${app.public}`,
      front: app.front,
      timeout: app.timeout,
    }),
    validate,
    reloads: ['nginx.service'],
  }),
]

const processesFor = ({ memory }: HostFacts): number => Math.max(2, Math.floor(memory / 2 / (64 * 2 ** 20)))
