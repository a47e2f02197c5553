import { authorityFile } from '../../engine/core/certificate.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { file } from '../../engine/resources/file.ts'
import { connectionsOf, variablesOf } from './database/connection.ts'
import { appsOf, instancesOf, stateOf } from './instances.ts'
import { environmentFolders, program } from './program.ts'
import { AppSettings, type AppSpec } from './settings.ts'
import { certified, requestsOf, tlsVariablesOf } from './tls.ts'

type Context = RoleContext<AppSettings>

export default defineRole({
  name: 'app',
  summary: 'Runs programs of your own under systemd, several instances each; `fettle deploy` brings their releases.',
  settings: AppSettings,

  resources: (context) => {
    const apps = Object.entries(context.settings.apps)
    const packages = new Set(apps.flatMap(([, { packages }]) => packages))
    return [
      ...[...packages].map((name) => apt.installed({ name })),
      ...(apps.length > 0 ? environmentFolders() : []),
      ...trusted(context),
      ...apps.flatMap(([name, spec]) => described(context, name, spec)),
    ]
  },

  secrets: (topology) => connectionsOf(topology).map(({ password }) => password),

  // Without one of their own, some need the authority's, by which they know their databases.
  certificates: (topology) => {
    const own = requestsOf(topology)
    return own.length > 0 || connectionsOf(topology).some(({ tls }) => tls) ? own : null
  },

  listens: ({ settings }) =>
    Object.entries(settings.apps).map(([name, { port, instances, balancers }]) => ({
      port,
      ...(instances > 1 && { through: port + instances - 1 }),
      protocol: 'tcp',
      from: balancers === null ? 'everybody' : { group: balancers },
      why: `app ${name}`,
    })),

  rotation: ({ settings }) => Object.entries(settings.apps).flatMap(([name, spec]) => instancesOf(name, spec)),

  apps: ({ settings }) => appsOf(settings),

  state: ({ settings }) => Object.keys(settings.apps).map(stateOf),
})

/** By what apps know that it is their database. */
const trusted = (context: Context): readonly Declaration[] => {
  const trusting = connectionsOf(context).filter(({ tls }) => tls)
  const restarts = trusting.flatMap(({ app }) => unitsOf(context, app))
  return trusting.length === 0 ? [] : [file.present({ path: authorityFile, content: context.authority(), restarts })]
}

const unitsOf = ({ settings }: Context, app: string): readonly string[] => {
  const spec = settings.apps[app]
  return spec ? instancesOf(app, spec).map(({ unit }) => unit) : []
}

const described = (context: Context, name: string, spec: AppSpec): readonly Declaration[] => {
  const connection = connectionsOf(context).find(({ app }) => app === name)
  const variables = {
    ...(connection && variablesOf(connection)),
    ...(spec.tls && tlsVariablesOf(name)),
    ...spec.environment,
    ...spec.secrets,
  }
  const files = spec.tls ? certified(context, name, unitsOf(context, name)) : []
  return program(context, name, { ...spec, variables, files })
}
