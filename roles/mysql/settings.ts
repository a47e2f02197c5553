import { z } from 'zod'
import { secret, secretFrom } from '../../engine/core/secret-setting.ts'
import { port } from '../common-settings.ts'
import { metricsAt } from '../metrics.ts'

const identifier = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'small letters, digits and -, a letter first')
const databaseName = z.string().regex(/^[\w$-]{1,64}$/, 'letters, digits, _, $ and -')
const userName = z
  .string()
  .regex(/^[\w.-]{1,32}$/, 'letters, digits, _, - and .')
  .regex(/^(?!(root|mysql|fettle|debian-sys-maint)$)/, 'a name that is not taken by the server or by Fettle')
const word = z.string().regex(/^\w+$/, 'one word')
const bytes = z.string().regex(/^\d+[MG]$/, 'as 512M or 4G')
const network = z
  .string()
  .regex(/^\d+(\.\d+){3}(\/(\d|[12]\d|3[0-2]))?$|^[\da-f:]+$/, 'an address, or a network of IPv4 as 192.0.2.0/24')

const Database = z.strictObject({
  charset: word.default('utf8mb4').describe('Of new tables'),
  collation: word.optional().describe('Of new tables. Default: the server’s'),
  absent: z.boolean().default(false).describe('No such database: all that is in it goes'),
})

const target = z.string().regex(/^(\*\.\*|[\w$-]+\.(\*|[\w$-]+))$/, '*.*, DATABASE.* or DATABASE.TABLE')
const privilege = z.string().regex(/^(?!GRANT OPTION$)[A-Z_]+( [A-Z_]+)*$/, 'a privilege in capitals, as SELECT')

const User = z.strictObject({
  password: secret().optional().describe('Needed, unless it is absent'),
  from: z
    .union([z.strictObject({ group: z.string() }), z.strictObject({ networks: z.array(network).min(1) })])
    .optional()
    .describe('Where it logs in from: `{ group: NAME }` or `{ networks: [NETWORK] }`. Default: the server’s own host'),
  grants: z
    .record(target, z.array(privilege).min(1))
    .default({})
    .describe('All that it may do: `shop.*: [SELECT, INSERT]`; `ALL` for a database'),
  requireTls: z
    .union([z.boolean(), z.literal('certificate')])
    .optional()
    .describe('Refuse it without TLS; `certificate`: without a certificate of the site’s authority. Default: as `tls`'),
  absent: z.boolean().default(false).describe('No such account'),
})

const SemiSync = z.strictObject({
  enabled: z.boolean().default(false).describe('A commit waits until a replica has it'),
  timeout: z
    .int()
    .min(1)
    .max(4_000_000)
    .nullable()
    .default(10)
    .describe('Seconds after which it waits no longer, nor do those after it; null for ever'),
})

const Failover = z.strictObject({
  automatic: z
    .boolean()
    .default(false)
    .describe(
      '`fettle watch` may make a replica the writer where the writer is gone. All hosts of a cluster must say so',
    ),
  after: z.int().min(5).max(3600).default(10).describe('Seconds for which the writer must have been silent'),
  damping: z
    .int()
    .min(60)
    .max(30 * 86_400)
    .default(3600)
    .describe('Seconds after such a failover in which there is no second one'),
  fence: z
    .array(z.string().min(1))
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Switches a host off that lets nobody in: program and arguments, run where Fettle runs; its name follows',
    ),
})

const Settings = z.strictObject({
  cluster: identifier.default('main').describe('Name of the cluster: its servers hold the same data'),
  flavor: z.enum(['auto', 'mariadb', 'mysql']).default('auto').describe('auto is MariaDB on Debian, MySQL on Ubuntu'),
  primary: z.string().optional().describe('Host that is the writer of a new cluster. Default: its only host'),
  serverId: z
    .int()
    .min(1)
    .max(2 ** 32 - 1)
    .optional()
    .describe('Number of the server in the cluster. Default: its IPv4 address as a number'),
  port: port.default(3306).describe('Port it listens on'),
  bind: z
    .string()
    .regex(/^[\d.a-f:*,]+$/i, 'an address')
    .optional()
    .describe('Address it listens on. Default: all, where others are to reach it'),
  balancers: z.string().nullable().default(null).describe('Group of balancers through which clients come'),
  checkPort: port.default(9306).describe('Port at which balancers ask how it stands'),
  memory: bytes.optional().describe('For data in memory, the buffer pool. Default: half of the host’s'),
  maxConnections: z
    .int()
    .min(20)
    .max(100_000)
    .optional()
    .describe('Default: 100 for each GiB of memory, at least 150, as far as open files allow'),
  ioCapacity: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(2000)
    .describe('Writes a second that its disk bears, for what is done in the background'),
  keepBinlogs: z.int().min(1).max(400).default(7).describe('Days for which changes are kept, for replicas and backups'),
  semiSync: SemiSync.prefault({}).describe('What a commit waits for'),
  copyRate: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('MiB a second in which a new replica gets its copy, to spare the disks. Default: as fast as it goes'),
  failover: Failover.prefault({}).describe('What may be done without anybody being asked'),
  tls: z
    .boolean()
    .default(true)
    .describe('A certificate of the site’s authority, which clients come with TLS to and servers show each other'),
  metrics: metricsAt(9104)
    .nullable()
    .default(null)
    .describe('Figures for Prometheus, of the server and of where it stands in its cluster; null for none'),
  databases: z.record(databaseName, Database).default({}).describe('Databases, by name. Others stay as they are'),
  users: z.record(userName, User).default({}).describe('Accounts of apps and people, by name. Others stay as they are'),
  replicationPassword: secretFrom('generate').describe('Replicas log in with it'),
  backupPassword: secretFrom('generate').describe('A new MySQL replica copies everything with it'),
  extra: z.string().default('').describe('Further lines of the server’s configuration, behind those of Fettle'),
})

export const MysqlSettings = Settings.check(({ value, issues }) => {
  for (const [name, { password, absent }] of Object.entries(value.users)) {
    if (absent || password !== undefined) continue
    issues.push({ code: 'custom', input: password, path: ['users', name], message: 'it has no password' })
  }
  for (const name of ['mysql', 'sys', 'fettle', 'information_schema', 'performance_schema'])
    if (value.databases[name])
      issues.push({ code: 'custom', input: name, path: ['databases', name], message: 'this one is not yours' })
})

export type MysqlSettings = z.output<typeof MysqlSettings>
