import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole } from '../../engine/core/role.ts'
import { joined, type Secret } from '../../engine/core/secret.ts'
import { apt } from '../../engine/resources/apt.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { appOf, sharedOf, stateOf } from '../app/instances.ts'
import { environmentFolders, program } from '../app/program.ts'
import { ControllerSettings } from './settings.ts'

const name = 'controller'
const home = sharedOf(name)

export default defineRole({
  name,
  summary: 'Runs the jobs of the site by the clock; `fettle deploy controller` brings it the site, and Fettle in it.',
  settings: ControllerSettings,

  resources: ({ settings, host, render }) => [
    ...settings.packages.map((each) => apt.installed({ name: each })),
    ...environmentFolders(),
    ...program({ host, render }, name, { ...specOf(settings), variables: variablesOf(settings), home }),
    ...(settings.key ? kept(['.ssh'], 'id_ed25519', settings.key) : []),
    ...(settings.identity ? kept(['.config', '.config/fettle'], 'identity', settings.identity) : []),
  ],

  apps: ({ settings }) => [appOf(name, specOf(settings))],

  state: () => [stateOf(name)],

  controls: true,
})

/** As an app of which a release is the site's folder, and which listens to nobody but its own host. */
const specOf = ({ fettle, port, grace, keep, source, rollout, hooks }: ControllerSettings) => ({
  ...{ port, keep, source, hooks },
  // Nobody's requests wait for it: the only one may be replaced, too.
  rollout: { ...rollout, minHealthy: '0', drain: 0 },
  command: `${fettle} scheduler --listen 127.0.0.1:$PORT --grace ${grace}s`,
  instances: 1,
  tasks: 4096,
  stop: grace + 60,
  health: { path: '/healthz', host: 'localhost', status: 200, release: 'X-Release', passes: 3, within: 120 },
  database: null,
  shared: ['.fettle'],
  migrate: null,
})

const variablesOf = ({ inventory, store, environment, secrets }: ControllerSettings) => ({
  ...(inventory !== undefined && { FETTLE_INVENTORY: inventory }),
  ...(store && { DATABASE_URL: store }),
  ...environment,
  ...secrets,
})

/** A file in its home that it alone may read, where Fettle looks for it at a terminal, too. */
const kept = (folders: readonly string[], called: string, content: Secret): readonly Declaration[] => [
  ...folders.map((folder) => directory.present({ path: `${home}/${folder}`, owner: name, group: name, mode: '0700' })),
  file.present({
    path: `${home}/${folders.at(-1)}/${called}`,
    content: joined`${content}\n`,
    owner: name,
    group: name,
    mode: '0600',
  }),
]
