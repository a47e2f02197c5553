import { z } from 'zod'
import { port } from '../common-settings.ts'

/** How a frontend speaks TLS. */
export const Tls = z.strictObject({
  port: port.default(443).describe('Port for HTTPS, beside that of plain HTTP'),
  certificates: z
    .array(z.string())
    .min(1)
    .describe(
      'By name: those that `letsencrypt` gets for this host, or of `certificates` below. First: for others’ names',
    ),
  redirect: z.boolean().default(true).describe('Plain requests are sent here, but for challenges of an authority'),
  hsts: z
    .int()
    .min(0)
    .default(63_072_000)
    .describe('Seconds for which browsers that were here ask for nothing but HTTPS; 0 to not say it'),
})
