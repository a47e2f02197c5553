import { command, quote } from '../../core/shell.ts'
import type { AppHost, DeploySite } from './site.ts'
import { lookAgain } from './site.ts'

/** Marks a release as one that was healthy everywhere: only such a one is gone back to. */
export const markHealthy = async ({ app: name, hosts, emit }: DeploySite, release: string): Promise<void> => {
  await Promise.all(
    hosts.map(async ({ app, held, name: host }) => {
      const folder = quote(`${app.root}/releases/${release}`)
      await held.step(`mark ${release} as healthy`, `cd ${folder} && : >.healthy && sync .healthy`)
      emit({ type: 'release.healthy', host, app: name, release })
    }),
  )
}

/** Removes releases that nobody will go back to. */
export const prune = async (site: DeploySite): Promise<void> => {
  const { hosts, app, emit } = await lookAgain(site)
  await Promise.all(
    hosts.map(async (host) => {
      const old = outlived(host)
      if (old.length === 0) return
      const paths = old.map((release) => `${host.app.root}/releases/${release}`)
      await host.held.step(`remove ${old.join(', ')}`, command('rm', '-rf', '--', ...paths))
      for (const release of old) emit({ type: 'release.removed', host: host.name, app, release })
    }),
  )
}

/** All but the newest, what is in use, what was before, and the last one that was healthy. */
export const outlived = ({ app, state }: Pick<AppHost, 'app' | 'state'>): readonly string[] => {
  const { releases, current, record, instances } = state
  const names = releases.map(({ release }) => release)
  const lastHealthy = releases.find(({ healthy, release }) => healthy && release !== current)
  const used = new Set([
    current,
    record?.from,
    record?.release,
    lastHealthy?.release,
    ...instances.map(({ linked }) => linked),
  ])
  return names.filter((release) => !used.has(release)).slice(app.keep)
}
