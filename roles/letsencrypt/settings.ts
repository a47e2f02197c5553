import { z } from 'zod'
import { secret, secretFrom } from '../../engine/core/secret-setting.ts'
import { identifier } from '../common-settings.ts'

const dnsName = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a DNS name in small letters, such as www.shop.example',
  )
const url = z.url({ protocol: /^https$/, error: 'an address that begins with https://' })

const Certificate = z.strictObject({
  names: z.array(dnsName).min(1).max(100).describe('The DNS names that it is good for; `*.NAME` needs `dns`'),
})

const Dns = z.strictObject({
  server: z.string().describe('Address of the server that takes updates'),
  port: z.int().min(1).max(65535).default(53).describe('Its port'),
  zone: dnsName.describe('The zone that it lets change'),
  key: z.string().describe('Name of the TSIG key'),
  algorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512']).default('hmac-sha256').describe('Its algorithm'),
  secret: secret().describe('The key itself, in base64'),
})

const Settings = z.strictObject({
  directory: z
    .union([z.enum(['production', 'staging', 'practice']), url])
    .default('production')
    .describe('Let’s Encrypt’s, that of the role `pebble` in this inventory, or the address of another ACME directory'),
  authority: z
    .string()
    .nullable()
    .default(null)
    .describe('File on the host with the certificate that the directory’s own is verified by. Default: the system’s'),
  email: z.email().nullable().default(null).describe('Whom the authority may write to about the account'),
  account: secretFrom('generate:letsencrypt.account length=64 alphabet=hex lasting=yes').describe(
    'Key of the account, the same on all balancers; PEM of one that you have already',
  ),
  external: z
    .strictObject({ id: z.string().describe('Its identifier'), key: secret().describe('Its key, in base64url') })
    .optional()
    .describe('The account elsewhere that some authorities want one to be bound to (EAB)'),
  profile: identifier
    .nullable()
    .default(null)
    .describe('Kind of certificate, where the authority has several; not on Debian 12'),
  key: z
    .enum(['ecdsa', 'rsa'])
    .default('ecdsa')
    .describe('Kind of the certificates’ keys: P-256, or RSA of 2,048 bits'),
  certificates: z.record(identifier, Certificate).default({}).describe('Certificates, by name'),
  dns: Dns.optional().describe('Challenges are answered in the DNS, by updates (RFC 2136), instead of over HTTP'),
  ask: z
    .boolean()
    .optional()
    .describe(
      'Ask first whether each name leads here, as this host sees it. Default: yes; for `practice`, where it would lead',
    ),
  every: z
    .string()
    .regex(/^\d+(s|min|h)$/, 'a time such as 30s, 5min or 1h')
    .default('5min')
    .describe('From one look at what is due to the next'),
})

export const LetsencryptSettings = Settings.check(({ value, issues }) => {
  if (value.dns) return
  for (const [name, { names }] of Object.entries(value.certificates))
    for (const wildcard of names.filter((each) => each.startsWith('*.')))
      issues.push({
        code: 'custom',
        input: wildcard,
        path: ['certificates', name, 'names'],
        message: `${wildcard} can be proven in the DNS alone: it needs the setting dns`,
      })
})

export type LetsencryptSettings = z.output<typeof LetsencryptSettings>
