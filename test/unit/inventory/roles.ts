import { join } from 'node:path'
import { z } from 'zod'
import { defineRole, type Role } from '../../../engine/core/role.ts'
import { loadInventory, loadSite, type Resolution } from '../../../engine/inventory/index.ts'
import { type Files, folderWith } from './folder.ts'

const role = (name: string, settings: z.ZodType): Role =>
  defineRole({ name, summary: name, settings, resources: () => [] })

const server = z.union([z.string(), z.strictObject({ host: z.string(), weight: z.int().min(1).default(1) })])

/** Roles for tests: plain objects, strict ones, records, unions, defaults and required settings. */
export const roles: readonly Role[] = [
  role('base', z.strictObject({ timezone: z.string().default('UTC'), packages: z.array(z.string()).default([]) })),
  role(
    'nginx',
    z.object({
      workers: z.number().int().default(1),
      sites: z.record(z.string().regex(/^[a-z.]+$/, 'must be a domain'), z.object({ root: z.string() })).default({}),
    }),
  ),
  role(
    'haproxy',
    z.strictObject({
      balance: z.enum(['roundrobin', 'leastconn', 'source']).default('roundrobin'),
      servers: z.array(server).optional(),
      timeouts: z.object({ client: z.number().default(5), server: z.number().default(5) }).prefault({}),
      check: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('tcp') }),
          z.strictObject({ kind: z.literal('http'), path: z.string() }),
        ])
        .optional(),
    }),
  ),
  role('cert', z.object({ email: z.string(), deep: z.object({ key: z.string() }).optional() })),
]

/** A site, its inventory `hosts.yml`, and the roles above. */
export const open = async (files: Files, set: readonly string[] = []): Promise<Resolution & { folder: string }> => {
  const folder = folderWith(files)
  const inventory = await loadInventory(join(folder, 'hosts.yml'))
  return { folder, inventory, site: await loadSite(join(folder, 'site.yml')), roles, set }
}
