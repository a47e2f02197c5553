import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import {
  command,
  Database,
  Health,
  Hooks,
  identifier,
  inside,
  line,
  port,
  Rollout,
  Source,
  seconds,
  variable,
  word,
} from './common-settings.ts'

const App = z.strictObject({
  command: line
    .regex(/^(?!\s*\w+=)/, 'a program with its arguments; variables go into `environment`')
    .describe(
      'A program with its arguments, as sh reads them, run in the folder of the release; $PORT is where it must listen',
    ),
  packages: z.array(word).default([]).describe('Debian packages that it needs'),
  port: port.default(3000).describe('Of its first instance; the others follow in a row'),
  instances: z.int().min(1).max(64).default(2).describe('Processes on each host'),
  environment: z.record(variable, line).default({}).describe('Variables'),
  secrets: z.record(variable, secret()).default({}).describe('Variables with secret values'),
  database: Database.nullable()
    .default(null)
    .describe('Database that it is told in DATABASE_HOST and the like: `{ group, user, name }`, or a name for both'),
  balancers: z.string().nullable().default(null).describe('Group that may reach it; null for everybody'),
  tls: z
    .boolean()
    .default(false)
    .describe(
      'It serves HTTPS by itself, with $TLS_CERTIFICATE and $TLS_KEY of the site’s own authority; balancers follow, and new ones restart it',
    ),
  health: Health.prefault({}).describe('How an instance shows that it serves'),
  shared: z.array(inside).default([]).describe('Paths in the release that lead to what survives it'),
  memory: z
    .string()
    .regex(/^\d+[KMG]$/, 'as 512M or 2G')
    .optional()
    .describe('At most, for each instance. Default: its share of four fifths of the host’s'),
  tasks: z.int().min(16).default(512).describe('Processes and threads of an instance, at most'),
  stop: seconds.default(30).describe('Seconds that an instance may take to end'),
  keep: z.int().min(1).max(100).default(5).describe('Releases kept on a host besides those in use'),
  source: Source.prefault({}).describe('Where releases come from'),
  migrate: command.describe('Run once, on one host, in the folder of the new release'),
  rollout: Rollout.prefault({}).describe('How a release gets to the hosts'),
  hooks: Hooks.prefault({}).describe('What else is run'),
})

const Settings = z.strictObject({ apps: z.record(identifier, App).default({}).describe('Apps, by name') })

export const AppSettings = Settings.check(({ value, issues }) => {
  const taken = new Map<number, string>()
  for (const [name, { port, instances }] of Object.entries(value.apps))
    for (let each = port; each < port + instances; each++) {
      const other = taken.get(each)
      taken.set(each, name)
      if (other === undefined || other === name) continue
      const message = `${name} and ${other} would both listen on port ${each}`
      issues.push({ code: 'custom', input: port, path: ['apps', name, 'port'], message })
      break
    }
})

export type AppSettings = z.output<typeof AppSettings>
export type AppSpec = AppSettings['apps'][string]
