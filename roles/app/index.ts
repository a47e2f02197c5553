import type { HostFacts } from '../../engine/core/host.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { user } from '../../engine/resources/user.ts'
import { authorityFile, connectionsOf, variablesOf } from './database/connection.ts'
import { appsOf, environmentOf, instancesOf, rootOf, sharedOf, stateOf } from './instances.ts'
import { AppSettings, type AppSpec } from './settings.ts'

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
      ...(apps.length > 0 ? [directory.present({ path: '/etc/fettle' })] : []),
      ...(apps.length > 0 ? [directory.present({ path: '/etc/fettle/apps', mode: '0700' })] : []),
      ...trusted(context),
      ...apps.flatMap(([name, spec]) => described(context, name, spec)),
    ]
  },

  secrets: (topology) => connectionsOf(topology).map(({ password }) => password),

  // Only the authority's own, by which apps know their databases.
  certificates: (topology) => (connectionsOf(topology).some(({ tls }) => tls) ? [] : null),

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
  const root = rootOf(name)
  const instances = instancesOf(name, spec)
  const restarts = instances.map((instance) => instance.unit)
  return [
    user.present({ name, system: true }),
    directory.present({ path: root }),
    ...['releases', 'instances'].map((folder) => directory.present({ path: `${root}/${folder}` })),
    directory.present({ path: sharedOf(name), owner: name, group: name, mode: '0750' }),
    file.present({
      path: environmentOf(name),
      content: context.render('app/environment', { variables: variablesFor(context, name, spec) }),
      mode: '0600',
      restarts,
    }),
    unit.present({ name: `${name}@.service`, content: unitFile(context, name, spec), restarts }),
    ...instances.map(({ unit, port }) => service.running({ unit, ifExists: `${root}/instances/${port}` })),
  ]
}

const variablesFor = (context: Context, name: string, { environment, secrets }: AppSpec) => {
  const connection = connectionsOf(context).find(({ app }) => app === name)
  return { ...(connection && variablesOf(connection)), ...environment, ...secrets }
}

const unitFile = ({ host, render }: Context, name: string, spec: AppSpec) =>
  render('app/instance.service', {
    name,
    root: rootOf(name),
    host: host.name,
    command: inUnit(spec.command),
    workers: Math.max(1, Math.floor(host.facts.cpus / spec.instances)),
    memory: spec.memory ?? memoryFor(host.facts, spec),
    tasks: spec.tasks,
    stop: spec.stop,
  })

/** As one argument of sh in a line of a unit, where `%` and `$` are systemd's. */
const inUnit = (command: string): string =>
  `"exec ${command.replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`

/** What is left is for the kernel's caches and everything else that runs there. */
const memoryFor = ({ memory }: HostFacts, { instances }: AppSpec): string =>
  `${Math.floor((memory * 0.8) / instances / 2 ** 20)}M`
