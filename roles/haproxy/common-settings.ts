import { z } from 'zod'

export const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'a time such as 500ms, 10s or 1m')
export const word = z.string().regex(/^[^\s#"'\\]+$/, 'one word without quotes')

/** What is counted over it, or lasts for it, needs whole seconds. */
export const seconds = z.string().regex(/^[1-9]\d*(s|m|h)$/, 'a time such as 10s, 1m or 8h')

const inSeconds = { s: 1, m: 60, h: 3600 }

/** Of what `seconds` lets through. */
export const secondsIn = (time: string): number =>
  Number.parseInt(time, 10) * inSeconds[time.slice(-1) as keyof typeof inSeconds]
