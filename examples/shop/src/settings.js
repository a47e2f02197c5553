import { randomBytes } from 'node:crypto'

const { env } = process

/** Where the app runs, told by whoever runs it. */
export const port = Number(env.PORT ?? 3000)
export const release = env.RELEASE ?? 'unreleased'
export const host = env.HOST_NAME ?? 'unknown'
export const shared = env.SHARED ?? 'shared'

/** Signs baskets. All instances must have the same, or a basket is empty at the next one. */
export const basketSecret = env.BASKET_SECRET || randomBytes(32)
