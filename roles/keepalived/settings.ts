import { z } from 'zod'
import { identifier } from '../common-settings.ts'
import { isNetwork } from '../networks.ts'

const address = z
  .string()
  .refine((text) => text.includes('/') && isNetwork(text), 'an address with its prefix length, such as 192.0.2.10/24')

const numbered = z.strictObject({
  number: z.int().min(1).max(65_534).describe('Its number within the network'),
  length: z.int().min(16).max(30).describe('The prefix length of the network'),
})

const Address = z.strictObject({
  address: z
    .union([address, numbered])
    .describe('The address with the prefix length of its network, or its number in that of the hosts’ own addresses'),
  preferred: z
    .string()
    .nullable()
    .default(null)
    .describe('The host that takes it back whenever it is well. Default: whoever has it keeps it'),
  router: z
    .int()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Number of its election, another one for each address of a network. Default: the last byte of the address',
    ),
  priorities: z
    .record(z.string(), z.int().min(1).max(254))
    .default({})
    .describe(
      'By host: the greatest that is well gets it. Default: the preferred one, then the order of the inventory',
    ),
})

export const KeepalivedSettings = z.strictObject({
  addresses: z.record(identifier, Address).default({}).describe('Addresses that move between the hosts of the role'),
  every: z
    .number()
    .min(0.1)
    .max(10)
    .multipleOf(0.01)
    .default(1)
    .describe('Seconds from one sign of life to the next; others take an address when three are missing'),
})

export type KeepalivedSettings = z.output<typeof KeepalivedSettings>
