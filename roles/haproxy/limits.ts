import { z } from 'zod'
import { network, port } from '../common-settings.ts'
import { seconds } from './common-settings.ts'

const Limits = z.strictObject({
  requests: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Requests of one client address in `period`; more are answered with 429. null for any number'),
  period: seconds
    .default('10s')
    .describe('Over which they are counted, and after which clients are asked to come again'),
  connections: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Connections of one client address at a time; above it answers are 429, above twice as many there are none',
    ),
  exempt: z.array(network).default([]).describe('Networks that are not counted'),
  shared: z.boolean().default(true).describe('Balancers of the same backends tell each other what they count'),
  port: port.default(8407).describe('Where they do, open to them alone'),
})

/** Off by default: an office or a mobile network behind one address looks like a flood, and only operators know theirs. */
export const LimitsSetting = Limits.prefault({}).describe(
  'Against floods from single addresses, an IPv6 network of 64 bits being one. Off by default, for many people may share one address',
)

type Limits = z.output<typeof Limits>

const isLimited = ({ requests, connections }: Limits): boolean => requests !== null || connections !== null

/** What the configuration says of them; null for no limits. A proxy that is trusted brings many clients, and is none itself. */
export const limitsOf = (limits: Limits, trustedProxies: readonly string[]) =>
  isLimited(limits)
    ? {
        ...{ requests: limits.requests, period: limits.period, connections: limits.connections },
        most: limits.connections === null ? null : limits.connections * 2,
        exempt: [...limits.exempt, ...trustedProxies],
      }
    : null
