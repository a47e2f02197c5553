import { randomBytes } from 'node:crypto'

const { env } = process

/** Where the app runs, told by whoever runs it. */
export const port = Number(env.PORT ?? 3000)
export const release = env.RELEASE ?? 'unreleased'
export const host = env.HOST_NAME ?? 'unknown'
export const shared = env.SHARED ?? 'shared'

/** Signs baskets. All instances must have the same, or a basket is empty at the next one. */
export const basketSecret = env.BASKET_SECRET || randomBytes(32)

/** Where catalogue and orders are kept; null for the release itself and the shared folder of this host. */
export const database = env.DATABASE_HOST
  ? {
      hosts: env.DATABASE_HOST.split(','),
      writerPort: Number(env.DATABASE_WRITER_PORT ?? 3306),
      readerPort: Number(env.DATABASE_READER_PORT ?? env.DATABASE_WRITER_PORT ?? 3306),
      name: env.DATABASE_NAME ?? 'shop',
      user: env.DATABASE_USER ?? 'shop',
      password: env.DATABASE_PASSWORD ?? '',
      authority: env.DATABASE_CA || null,
    }
  : null
