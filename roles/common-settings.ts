import { z } from 'zod'
import { isNetwork } from './networks.ts'

export const identifier = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'small letters, digits, - and _')
export const port = z.int().min(1).max(65535)
export const network = z.string().refine(isNetwork, 'an address or a network, as 10.0.0.0/8')

/** Who is let in. */
export const From = z.union([
  z.strictObject({ group: z.string() }),
  z.strictObject({ networks: z.array(network).min(1) }),
])
