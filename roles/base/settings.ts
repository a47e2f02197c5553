import { z } from 'zod'
import { metricsAt } from '../metrics.ts'
import { SshSettings } from './ssh-settings.ts'

const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'a user name: small letters, digits, - and _')
const publicKey = z
  .string()
  .regex(
    /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-[\w@.-]+) [A-Za-z0-9+/=]+( .*)?$/,
    'a public key as in id_ed25519.pub',
  )

const User = z.strictObject({
  keys: z.array(publicKey).default([]).describe('Public keys that may log in'),
  exclusive: z.boolean().default(false).describe('Take away keys that others put there'),
  sudo: z.boolean().default(false).describe('May become root without a password'),
  groups: z.array(z.string()).default([]).describe('Further groups'),
  shell: z.string().startsWith('/').default('/bin/bash').describe('Login shell'),
  absent: z.boolean().default(false).describe('No such account: locked, then removed. Its home stays'),
})

const Sudo = z.strictObject({
  usePty: z
    .boolean()
    .default(true)
    .describe('Commands get a terminal of their own, so that none lives on in another’s'),
  rememberMinutes: z
    .int()
    .min(0)
    .nullable()
    .default(5)
    .describe('Minutes for which a password need not be typed again'),
})

export const BaseSettings = z.strictObject({
  users: z.record(userName, User).default({}).describe('People and programs that log in, by name'),
  sudo: Sudo.prefault({}).describe('Limits of sudo, where a user may use it'),
  ssh: SshSettings.prefault({}).describe('The SSH server'),
  timezone: z
    .string()
    .regex(/^[A-Za-z0-9_+/-]+$/, 'a name such as Europe/Berlin')
    .default('Etc/UTC')
    .describe('Time zone'),
  timeServers: z
    .array(z.string().regex(/^[\w.:-]+$/))
    .default([])
    .describe('NTP servers; none: the distribution’s pool'),
  packages: z
    .array(z.string())
    .default(['ca-certificates', 'curl', 'less', 'logrotate', 'rsync'])
    .describe('Packages that every host should have'),
  journal: z
    .strictObject({
      maxUse: z
        .string()
        .regex(/^\d+[KMGT]$/)
        .default('1G')
        .describe('Disk space for the journal'),
      retention: z.string().default('1month').describe('Oldest entries kept'),
    })
    .prefault({})
    .describe('Limits of the journal'),
  securityUpgrades: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Install security fixes every day by themselves'),
      hold: z.array(z.string()).default([]).describe('Packages left alone: databases, balancers'),
    })
    .prefault({})
    .describe('Unattended upgrades, security only, without reboots'),
  metrics: metricsAt(9100).nullable().default(null).describe('Figures of the machine for Prometheus; null for none'),
})

export type BaseSettings = z.output<typeof BaseSettings>
