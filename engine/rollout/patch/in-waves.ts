import { isServing, rulesAt } from './out-of-rotation.ts'
import type { Patching, Wave } from './patching.ts'
import type { PatchHost, PatchSite } from './site.ts'
import type { Backend } from './waves.ts'
import { nextWave } from './waves.ts'

/**
 * Has hosts patched in waves, each planned on what there is by then: one first, then as many as can be spared. Errors:
 * `deploy.capacity`, and those of the waves.
 */
export const inWaves = async ({ site }: Patching, pending: readonly PatchHost[], wave: Wave): Promise<void> => {
  const left = new Map(pending.map((host) => [host.name, host]))
  for (let isFirst = true; left.size > 0; isFirst = false) {
    const { hosts, short } = nextWave([...left.keys()], await backendsOf(site, [...left.values()]), isFirst)
    for (const host of hosts) if (short.length > 0) site.emit({ type: 'warning', host, message: shortText(short) })
    await wave(hosts.flatMap((name) => left.get(name) ?? []))
    for (const name of hosts) left.delete(name)
  }
}

const shortText = (backends: readonly string[]): string =>
  `there is nobody to spare for ${backends.join(', ')}: requests will fail while this host is patched`

/** Those that any of these hosts serve for, whoever else does. */
export const backendsOf = async (site: PatchSite, hosts: readonly PatchHost[]): Promise<readonly Backend[]> => {
  const { view } = site
  const pools = view.hosts('all').flatMap(({ name }) => view.pools(name))
  const names = new Set(
    pools
      .filter(({ servers }) => servers.some((each) => hosts.some(({ name }) => name === each.host)))
      .map(({ backend }) => backend),
  )
  return Promise.all(
    [...names].map(async (name) => {
      const servers = pools.find(({ backend }) => backend === name)?.servers ?? []
      const seats = servers.map(async ({ host, port }) => ({
        host,
        port,
        serving: await isServing(site, { host, port }),
      }))
      const [first] = servers
      return { name, seats: await Promise.all(seats), rules: rulesAt(view, first ?? { host: '', port: 0 }) }
    }),
  )
}
