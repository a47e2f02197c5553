import { z } from 'zod'

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62})$/, 'small letters, digits and -')
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'a user or group: small letters, digits, - and _')
const units = z.array(z.string()).default([])

const Certificate = z.strictObject({
  names: z
    .array(z.string())
    .default([])
    .describe('DNS names and IP addresses; none: those of the host, as the inventory has them'),
  uses: z
    .array(z.enum(['server', 'client']))
    .min(1)
    .default(['server', 'client'])
    .describe('Which end of a connection shows it'),
  owner: account.default('root').describe('Owner of the key'),
  group: account.nullable().default(null).describe('Group that may read the key; null for none'),
  reloads: units.describe('Units that reload when it is another'),
  restarts: units.describe('Units that restart when it is another'),
})

/** The longest that makes every certificate end before its authority, which is renewed for the last third of ten years. */
const longest = 825

export const CaSettings = z
  .strictObject({
    days: z.int().min(1).max(longest).default(365).describe('Days that certificates of the host are good for'),
    renewBefore: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('Days before its end from which one is renewed; null for a third of its life'),
    systemTrust: z
      .boolean()
      .default(false)
      .describe('All programs of the host that heed its certificate store trust the authority'),
    certificates: z
      .record(name, Certificate)
      .default({})
      .describe('Certificates for programs of your own, by name: `/etc/fettle/certificates/NAME.pem` and `NAME.key`'),
  })
  .refine(({ days, renewBefore }) => renewBefore === null || renewBefore < days, '`renewBefore` must be below `days`')

export type CaSettings = z.output<typeof CaSettings>
export type CaCertificate = CaSettings['certificates'][string]
