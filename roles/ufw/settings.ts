import { z } from 'zod'
import { port } from '../common-settings.ts'
import { isNetwork } from '../networks.ts'

const network = z.string().refine(isNetwork, 'an address or a network, such as 192.0.2.0/24 or 2001:db8::/32')

const Rule = z
  .strictObject({
    port: port.describe('Port, or the first of several in a row'),
    through: port.optional().describe('The last of several in a row'),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('Protocol'),
    from: z
      .union([
        z.enum(['everybody', 'controller']),
        z.strictObject({ group: z.string() }),
        z.strictObject({ networks: z.array(network).min(1) }),
      ])
      .default('everybody')
      .describe(
        '`everybody`; `controller`, from the management networks; `{ group: NAME }`; `{ networks: [NETWORK] }`',
      ),
    why: z.string().min(1).describe('What it is for: shown by `fettle firewall` and `ufw status`'),
  })
  .refine(({ port, through }) => through === undefined || through > port, '`through` must be above `port`')

export const UfwSettings = z.strictObject({
  managementNetworks: z
    .array(network)
    .min(1)
    .optional()
    .describe(
      'Where Fettle and its people come from, always let in to SSH. Default: `fettle_management` of the inventory',
    ),
  rules: z.array(Rule).default([]).describe('What is open besides what roles say that they listen on'),
  exclusive: z.boolean().default(false).describe('Remove rules that others made, instead of telling of them'),
  outgoing: z.enum(['allow', 'deny']).default('allow').describe('Connections that the host itself begins'),
  ipv6: z.boolean().default(true).describe('The same for IPv6; if false, nothing comes or goes by it'),
  logging: z
    .enum(['off', 'low', 'medium', 'high', 'full'])
    .default('low')
    .describe('What the kernel writes down: `low` is what was kept out, a few lines a minute'),
})

export type UfwSettings = z.output<typeof UfwSettings>
