import { createHash } from 'node:crypto'
import { z } from 'zod'
import { seconds } from './common-settings.ts'

export const Cookie = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _')
    .optional()
    .describe('Default: `server-` and the name of the backend'),
  lifetime: seconds
    .nullable()
    .default(null)
    .describe('After this a client is led anew, whatever it asked meanwhile; null: as long as its browser runs'),
})

interface Sticky {
  readonly cookie: z.output<typeof Cookie> | null
}

/** The cookie of a backend by its name; null where clients need not come back to their server. */
export const cookieOf = (backend: string, { cookie }: Sticky) =>
  cookie && { name: cookie.name ?? `server-${backend}`, lifetime: cookie.lifetime }

/** What stands for a server in a cookie: the same on every balancer, and no name of a host. */
export const cookieValue = (backend: string, server: string): string =>
  createHash('sha256').update(`${backend}/${server}`).digest('hex').slice(0, 12)

interface Clash {
  readonly path: readonly string[]
  readonly message: string
}

/** Backends whose cookies are one: each would forget what the other one set. */
export const cookieClashes = (backends: Readonly<Record<string, Sticky>>): readonly Clash[] => {
  const owners = new Map<string, string>()
  return Object.entries(backends).flatMap(([backend, settings]) => {
    const name = cookieOf(backend, settings)?.name
    if (name === undefined) return []
    const owner = owners.get(name)
    owners.set(name, backend)
    if (owner === undefined) return []
    return [{ path: ['backends', backend, 'cookie'], message: `"${owner}" has a cookie "${name}", too` }]
  })
}
