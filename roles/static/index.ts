import type { Validator } from '../../engine/core/resource.ts'
import { defineRole } from '../../engine/core/role.ts'
import { file } from '../../engine/resources/file.ts'
import { stateOf } from '../app/instances.ts'
import { appOf, folderOf, foldersOf, instanceOf, listenOf, reader } from './served.ts'
import { StaticSettings } from './settings.ts'

const validate: Validator = { name: 'nginx', script: 'nginx -t' }

export default defineRole({
  name: 'static',
  summary: 'Serves releases of static sites through nginx, whose role the host needs as well.',
  settings: StaticSettings,

  resources: ({ settings, render }) =>
    Object.entries(settings.apps).flatMap(([name, app]) => [
      ...foldersOf(name, reader),
      file.present({
        path: `/etc/nginx/sites-enabled/${name}.conf`,
        content: render('static/site.conf', {
          name,
          port: app.port,
          tls: app.tls,
          is_default: app.default,
          server_names: app.serverNames,
          root: folderOf(name, app.port),
          fallback: app.fallback,
          immutable: app.immutable,
          max_age: app.maxAge,
        }),
        validate,
        reloads: ['nginx.service'],
      }),
    ]),

  listens: ({ settings }) => Object.entries(settings.apps).map(([name, app]) => listenOf(name, app)),
  rotation: ({ settings }) => Object.entries(settings.apps).map(([name, app]) => instanceOf(name, app)),
  apps: ({ settings }) =>
    Object.entries(settings.apps).map(([name, app]) => appOf(name, app, { user: reader, migrate: null })),
  state: ({ settings }) => Object.keys(settings.apps).map(stateOf),
})
