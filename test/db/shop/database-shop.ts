import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { keep, small, useAuthority } from '../../lab/database/support.ts'
import { type PracticeHosts, usePracticeHosts } from '../../lab/harness.ts'
import { type Site, useSite } from '../../lab/support/site.ts'
import { expectDone } from '../../lab/support/told.ts'

const siteYml = (flavor: Flavor, address: string) =>
  JSON.stringify({
    name: 'shop',
    groups: {
      web: {
        app: {
          apps: {
            shop: {
              command: 'node main.js',
              packages: ['nodejs'],
              balancers: 'lb',
              environment: { BASKET_SECRET: 'of all instances' },
              database: 'shop',
              health: { path: '/readyz', release: 'x-release' },
              migrate: 'node migrate.js',
              source: { folder: 'shop', build: 'npm ci --silent --omit=dev && npm run --silent build', output: 'dist' },
              rollout: { canarySoak: 1, soak: 1 },
            },
          },
        },
      },
      lb: {
        haproxy: {
          frontends: { web: { port: 80, backend: 'shop' } },
          backends: { shop: { app: 'shop' } },
          databases: { main: { from: { group: 'web' } } },
        },
        keepalived: { addresses: { www: { address: `${address}/24` } } },
      },
      db: {
        mysql: {
          ...small,
          ...{ flavor, primary: 'db1', balancers: 'lb', databases: { shop: {} } },
          users: { shop: { password: 'generate', from: { group: 'web' }, grants: { 'shop.*': ['ALL'] } } },
        },
      },
    },
  })

/** The shop of the examples on two app hosts, behind two balancers, with its orders in a cluster of two. */
export interface DatabaseShop {
  readonly lab: PracticeHosts
  /** Usable once `beforeAll` has run. */
  readonly site: Site
  /** Where customers come to, of which one of the balancers is the holder. */
  readonly address: string
}

export const shopHosts = ['lb1', 'lb2', 'web1', 'web2', 'db1', 'db2'] as const

export const useDatabaseShop = (flavor: Flavor): DatabaseShop => {
  const release = flavor === 'mariadb' ? 'trixie' : 'sid'
  const lab = usePracticeHosts(
    shopHosts.map((name) => ({ name, release: name.startsWith('db') ? release : 'bookworm' })),
  )
  const hosts = (...names: readonly string[]) => names.map((name) => lab.host(name))
  const address = () => lab.host('lb1').address.replace(/\d+$/, '200')
  let site: Site

  beforeAll(async () => {
    site = await useSite({
      siteYml: siteYml(flavor, address()),
      hosts: { lb: hosts('lb1', 'lb2'), web: hosts('web1', 'web2'), db: hosts('db1', 'db2') },
    })
    keep(site, { replication: 'between-servers', backup: 'for-copies' })
    await useAuthority(site)
    const source = fileURLToPath(new URL('../../../examples/shop', import.meta.url))
    await cp(source, join(site.folder, 'shop'), {
      recursive: true,
      filter: (path) => !/\/(dist|node_modules)$/.test(path),
    })
    expectDone(await site.fettle('provision', '--yes'))
    expectDone(await site.fettle('deploy', 'shop', '--version', 'v1', '--yes'))
  }, 600_000)

  return {
    lab,
    get site() {
      return site
    },
    get address() {
      return address()
    },
  }
}
