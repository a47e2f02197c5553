import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { PracticeHost } from '../../lab/harness.ts'
import { type Site, type SiteOptions, useSite } from '../../lab/support/site.ts'

/** A shop on practice hosts, with a release on all of them. */
export interface Shop {
  readonly site: Site
  readonly balancers: readonly PracticeHost[]
  readonly apps: readonly PracticeHost[]
}

/** What differs from the usual settings. */
export interface Changes {
  /** Of the app's `rollout`. */
  readonly rollout?: Readonly<Record<string, unknown>>
  /** Of the app's `health`. */
  readonly health?: Readonly<Record<string, unknown>>
  /** Releases kept besides those in use. */
  readonly keep?: number
  /** Of the role haproxy. */
  readonly haproxy?: Readonly<Record<string, unknown>>
}

const source = fileURLToPath(new URL('../../../examples/shop', import.meta.url))

/** A version with a dash is built to fail in the way that comes after it: `v2-never-healthy`. */
const build = `case $FETTLE_VERSION in *-*) export SHOP_FAULT="\${FETTLE_VERSION#*-}" ;; esac; npm run --silent build`

const appOf = ({ rollout, health, keep = 5 }: Changes) => ({
  command: 'node main.js',
  packages: ['nodejs'],
  balancers: 'lb',
  environment: { BASKET_SECRET: 'of all instances' },
  health: { path: '/readyz', release: 'x-release', ...health },
  migrate: 'node migrate.js',
  source: { folder: 'shop', build, output: 'dist' },
  keep,
  stop: 5,
  rollout: { canarySoak: 2, soak: 1, drain: 20, ...rollout },
})

export const siteYml = (changes: Changes = {}): string =>
  JSON.stringify({
    name: 'load',
    groups: {
      web: { app: { apps: { shop: appOf(changes) } } },
      lb: {
        haproxy: {
          frontends: { web: { port: 80, backend: 'shop' } },
          backends: { shop: { app: 'shop' } },
          ...changes.haproxy,
        },
      },
    },
  })

interface Wanted extends Changes {
  readonly balancers: readonly PracticeHost[]
  /** Two instances each. */
  readonly apps: readonly PracticeHost[]
  /** Variables of all hosts. */
  readonly variables?: SiteOptions['variables']
}

/** Provisions hosts and brings them the release v1. */
export const useShop = async ({ balancers, apps, variables = {}, ...changes }: Wanted): Promise<Shop> => {
  const site = await useSite({ siteYml: siteYml(changes), hosts: { web: apps, lb: balancers }, variables })
  await cp(source, join(site.folder, 'shop'), { recursive: true, filter: (path) => !path.endsWith('/dist') })
  for (const args of [
    ['provision', '--yes'],
    ['deploy', '--version', 'v1', '--yes'],
  ]) {
    const { exit, stdout, stderr } = await site.fettle(...args)
    expect(exit, `${stdout}\n${stderr}`).toBe(0)
  }
  return { site, balancers, apps }
}
