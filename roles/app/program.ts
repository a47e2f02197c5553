import type { HostFacts } from '../../engine/core/host.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { Text } from '../../engine/core/secret.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { unit } from '../../engine/resources/unit.ts'
import { user } from '../../engine/resources/user.ts'
import { environmentOf, instancesOf, rootOf, sharedOf } from './instances.ts'
import type { AppSpec } from './settings.ts'

/** What is described of a program; where its releases come from and how they get there is not. */
export interface Program
  extends Pick<AppSpec, 'command' | 'port' | 'instances' | 'memory' | 'tasks' | 'stop' | 'health'> {
  readonly variables: Readonly<Record<string, Text>>
  /** What it finds beside its releases, once its account is there. Default: nothing. */
  readonly files?: readonly Declaration[]
  /** Default: it has none. */
  readonly home?: string
}

type Context = Pick<RoleContext<unknown>, 'host' | 'render'>

/** Its account, its folders, its variables, its unit, and instances that wait for a release. */
export const program = (context: Context, name: string, spec: Program): readonly Declaration[] => {
  const root = rootOf(name)
  const instances = instancesOf(name, spec)
  const restarts = instances.map((instance) => instance.unit)
  return [
    user.present({ name, system: true, ...(spec.home !== undefined && { home: spec.home }) }),
    directory.present({ path: root }),
    ...['releases', 'instances'].map((folder) => directory.present({ path: `${root}/${folder}` })),
    directory.present({ path: sharedOf(name), owner: name, group: name, mode: '0750' }),
    ...(spec.files ?? []),
    file.present({
      path: environmentOf(name),
      content: context.render('app/environment', { variables: spec.variables }),
      mode: '0600',
      restarts,
    }),
    unit.present({ name: `${name}@.service`, content: unitFile(context, name, spec), restarts }),
    ...instances.map(({ unit, port }) => service.running({ unit, ifExists: `${root}/instances/${port}` })),
  ]
}

/** Where the files lie by which programs know their variables. */
export const environmentFolders = (): readonly Declaration[] => [
  directory.present({ path: '/etc/fettle' }),
  directory.present({ path: '/etc/fettle/apps', mode: '0700' }),
]

const unitFile = ({ host, render }: Context, name: string, spec: Program) =>
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
const memoryFor = ({ memory }: HostFacts, { instances }: Program): string =>
  `${Math.floor((memory * 0.8) / instances / 2 ** 20)}M`
