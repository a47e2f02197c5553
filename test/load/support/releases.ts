import { expect } from 'vitest'
import type { Shop } from './shop.ts'

/** What `fettle releases --json` says of a host, as far as it matters here. */
interface HostReleases {
  readonly host: string
  /** A rollout that has not ended. */
  readonly record: unknown
  readonly current: string | null
  readonly releases: readonly { readonly release: string; readonly version: string; readonly healthy: boolean }[]
  readonly instances: readonly { readonly linked: string | null; readonly running: string | null }[]
}

const releasesOf = async ({ site }: Shop): Promise<readonly HostReleases[]> => {
  const { exit, stdout, stderr } = await site.fettle('releases', 'shop', '--json')
  expect(exit, stderr).toBe(0)
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

/** Whether any host knows of a rollout that has not ended. */
export const isUnfinished = async ({ apps }: Shop): Promise<boolean> => {
  const looks = await Promise.all(apps.map(({ sh }) => sh('test -e /var/lib/fettle/deploys/shop')))
  expect(looks.every(({ exit }) => exit <= 1)).toBe(true)
  return looks.some(({ exit }) => exit === 0)
}

/** Every host and every instance has this version, it was healthy, and no rollout is under way. */
export const expectRelease = async (shop: Shop, version: string): Promise<void> => {
  const hosts = await releasesOf(shop)
  const current = hosts[0]?.current
  const wanted = { version, healthy: true, record: null, running: [current, current], linked: [current, current] }
  expect(Object.fromEntries(hosts.map((each) => [each.host, stateOf(each)]))).toEqual(
    Object.fromEntries(shop.apps.map(({ name }) => [name, wanted])),
  )
}

const stateOf = ({ record, current, releases, instances }: HostReleases) => {
  const placed = releases.find(({ release }) => release === current)
  return {
    ...{ version: placed?.version, healthy: placed?.healthy, record },
    running: instances.map(({ running }) => running),
    linked: instances.map(({ linked }) => linked),
  }
}
