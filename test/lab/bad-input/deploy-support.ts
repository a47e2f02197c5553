import { cp } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { PracticeHost, PracticeHosts } from '../harness.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const shop = fileURLToPath(new URL('../../../examples/shop', import.meta.url))

/** Settings of the app over those that all tests have. */
export interface Shop {
  readonly [setting: string]: unknown
  readonly health?: object
  readonly rollout?: object
  readonly source?: object
}

const shopOf = ({ health, rollout, source, ...others }: Shop): object => ({
  command: 'node dist/main.js',
  packages: ['nodejs'],
  environment: { BASKET_SECRET: 'one that all instances have' },
  migrate: 'node dist/migrate.js',
  ...others,
  health: { path: '/readyz', release: 'x-release', within: 15, ...health },
  rollout: { canarySoak: 0, soak: 0, drain: 5, ...rollout },
  source: { folder: 'shop', build: 'npm run --silent build', ...source },
})

export const siteOf = (change: Shop = {}): string =>
  JSON.stringify({
    name: 'shop',
    groups: {
      web: { app: { apps: { shop: shopOf(change) } } },
      lb: {
        haproxy: { frontends: { web: { port: 80, backend: 'shop' } }, backends: { shop: { app: 'shop' } } },
      },
    },
  })

/** A shop on web1 and web2, behind lb1, with v1 on it. */
export const useShop = async (lab: PracticeHosts): Promise<Site> => {
  const hosts = { web: [lab.host('web1'), lab.host('web2')], lb: [lab.host('lb1')] }
  const site = await useSite({ siteYml: siteOf(), hosts, variables: { fettle_connect_timeout: 10 } })
  await cp(shop, join(site.folder, 'shop'), { recursive: true })
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('deploy', '--version', 'v1', '--yes'))
  return site
}

/** What of the shop is on a host: links, notes and releases without what is being made; which process of which release runs. */
const placed = `
cd /srv/shop && readlink current instances/* && ls releases && cat /var/lib/fettle/deploys/shop 2>/dev/null
for port in 3000 3001; do
  cat /run/fettle/instances/shop@$port.service
  systemctl show -p ActiveState -p MainPID --value shop@$port.service
done`

const inRotation = `
echo 'show servers state shop' | socat - UNIX-CONNECT:/run/haproxy/admin.sock | awk 'NF > 9 { print $4, ($6 > 0), $7 }'`

/** All that a deploy could have changed. */
export const lookAt = async (lab: PracticeHosts): Promise<readonly string[]> => {
  const said = async (host: PracticeHost, script: string) => `${host.name}\n${(await host.sh(script)).stdout}`
  return Promise.all([
    ...['web1', 'web2'].map((name) => said(lab.host(name), placed)),
    said(lab.host('lb1'), inRotation),
  ])
}

/** Over a connection of its own: one that is kept may have been closed by a balancer that was away. */
const get = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { agent: false }, (answer) => answer.resume().once('end', () => resolve(answer)))
      .once('error', reject)
      .end()
  })

/** The versions that customers get, of twenty requests through the balancer. */
export const served = async (lab: PracticeHosts): Promise<readonly string[]> => {
  const answers = Array.from({ length: 20 }, async () => {
    const { statusCode, headers } = await get(`http://${lab.host('lb1').address}/readyz`)
    return statusCode === 200 ? String(headers['x-release'] ?? '?').replace(/-[0-9a-f]{12}$/, '') : String(statusCode)
  })
  return [...new Set(await Promise.all(answers))].sort()
}

/** A deploy that comes to nothing, and leaves the shop exactly as it was. */
export const refused = async (lab: PracticeHosts, act: () => Promise<Told>): Promise<Told> => {
  const before = await lookAt(lab)
  const told = await act()
  expect(await lookAt(lab)).toEqual(before)
  expect(await served(lab)).toEqual(['v1'])
  return told
}
