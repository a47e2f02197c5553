import { z } from 'zod'
import { isNetwork } from '../networks.ts'

export const identifier = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'small letters, digits, - and _')
export const port = z.int().min(1).max(65535)
export const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'a time such as 500ms, 10s or 1m')
export const word = z.string().regex(/^[^\s#"'\\]+$/, 'one word without quotes')
export const network = z.string().refine(isNetwork, 'an address or a network, as 10.0.0.0/8')

/** What is counted over it, or lasts for it, needs whole seconds. */
export const seconds = z.string().regex(/^[1-9]\d*(s|m|h)$/, 'a time such as 10s, 1m or 8h')

export const From = z.union([
  z.strictObject({ group: z.string() }),
  z.strictObject({ networks: z.array(network).min(1) }),
])

const inSeconds = { s: 1, m: 60, h: 3600 }

/** Of what `seconds` lets through. */
export const secondsIn = (time: string): number =>
  Number.parseInt(time, 10) * inSeconds[time.slice(-1) as keyof typeof inSeconds]
