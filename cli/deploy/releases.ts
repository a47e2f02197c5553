import type { AppHost, DeploySite } from '../../engine/rollout/deploy/site.ts'
import { jsonLine } from '../json-line.ts'
import type { HostOptions } from '../options.ts'
import { write } from '../write.ts'
import { inAppSite, openAppSite } from './app-site.ts'

/** Which releases of an app are on its hosts. */
export const releases = async (name: string | undefined, options: HostOptions): Promise<void> => {
  const app = await openAppSite(name, options)
  await inAppSite(
    app,
    options,
    () => {},
    async (site) => {
      if (options.json) for (const host of site.hosts) write(jsonLine({ host: host.name, ...host.state }))
      else for (const line of releaseLines(site)) write(line)
    },
  )
}

const releaseLines = ({ hosts, app }: DeploySite): readonly string[] => {
  const all = [
    ...new Map(hosts.flatMap(({ state }) => state.releases.map((each) => [each.release, each] as const))).values(),
  ]
  if (all.length === 0) return [`${app} has no release yet: fettle deploy ${app} --version …`]
  const newest = [...all].sort((one, other) => other.placed - one.placed)
  const longest = Math.max(...newest.map(({ release }) => release.length))
  return newest.map(({ release, placed }) => {
    const on = hosts.filter(({ state }) => state.releases.some((each) => each.release === release))
    const when = new Date(placed * 1000).toISOString().slice(0, 16).replace('T', ' ')
    return `${release.padEnd(longest)}  ${when}  ${marksOf(release, on, hosts)}`.trimEnd()
  })
}

const marksOf = (release: string, on: readonly AppHost[], hosts: readonly AppHost[]): string => {
  const names = (which: readonly AppHost[]) =>
    which.length === hosts.length ? '' : ` on ${which.map(({ name }) => name).join(', ')}`
  const of = (mark: string, is: (host: AppHost) => boolean) => {
    const which = on.filter(is)
    return which.length > 0 ? [`${mark}${names(which)}`] : []
  }
  const placed = ({ state }: AppHost) => state.releases.find((each) => each.release === release)
  return [
    ...of('current', ({ state }) => state.current === release),
    ...of('healthy', (host) => placed(host)?.healthy === true),
    ...of('contracting', (host) => placed(host)?.contracts === true),
    ...of('unfinished', ({ state }) => state.record?.release === release),
    ...(on.length < hosts.length ? [`only on ${on.map(({ name }) => name).join(', ')}`] : []),
  ].join(', ')
}
