import { z } from 'zod'
import { secret } from '../../engine/core/secret-setting.ts'
import { port } from '../common-settings.ts'

export const PebbleSettings = z.strictObject({
  port: port.default(14000).describe('Where it is asked for certificates'),
  managementPort: port.default(15000).describe('Where its root is to be had, another one after each start: `/roots/0`'),
  validity: z.int().min(10).default(7_776_000).describe('Seconds that its certificates are good for'),
  external: z
    .strictObject({ id: z.string().describe('Its identifier'), key: secret().describe('Its key, in base64url') })
    .optional()
    .describe('Accounts must be bound to this one elsewhere (EAB)'),
})

export type PebbleSettings = z.output<typeof PebbleSettings>
