import type { App } from '../../engine/core/app.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { HostView } from '../../engine/core/host.ts'
import type { Reach } from '../../engine/rollout/backup/reach.ts'
import { dropScratch, type Found, startScratch } from '../../engine/rollout/backup/restore-database.ts'
import type { Scratch } from '../../engine/rollout/backup/scratch.ts'
import { endTrial, type Tried, tryApp } from '../../engine/rollout/backup/try-app.ts'
import { type AppHost, lookAtApp } from '../../engine/rollout/deploy/site.ts'
import type { HeldHost } from '../../engine/rollout/held-host.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed } from '../approval.ts'
import type { ClusterSite } from '../db/cluster-site.ts'
import { jsonLine } from '../json-line.ts'
import { write } from '../write.ts'
import { type CopyOfCluster, type CopyOptions, chooseCopyOf, describeScratch } from './copy-of-cluster.ts'
import { lackingProblem, restoredOf, restoredText, staleProblem } from './restored-text.ts'
import { enter, type OpenRepositories, restoring } from './restoring.ts'

interface DrillOptions extends CopyOptions {
  /** Also start each app of the cluster with it. Default: true; not with a copy as SQL, which has no accounts. */
  readonly apps: boolean
}

/** Where the server of a drill listens while apps are tried. */
const port = 4445

/** Starts a server with a copy of a cluster, has its apps start with it, and leaves nothing. */
export const drill = async (name: string | undefined, options: DrillOptions): Promise<void> => {
  const copy = await chooseCopyOf(name, options, 'replica')
  const { site, cluster, scratch, host } = copy
  const apps = options.apps && !options.sql ? appsOf(site, cluster) : []
  const hosts = [...new Set([host, ...apps.map(({ view }) => view.name)])]
  await restoring(site, hosts, options, ({ emit, claim }) =>
    enter(site, hosts, emit, options, async (held) => {
      const shown = [describeScratch(scratch, host, apps.length > 0), ...apps.map(describeApp)].join('\n')
      if (!(await agreed(site.inventory.environment, options, { shown, isAnything: true }))) return false
      const byName = new Map(held.map((each) => [each.name, each]))
      const there = await deployed(apps, byName, emit)
      const leasing = { claim, wait: options.wait ?? false, emit }
      const server = byName.get(host) as HeldHost
      const { found, tried } = await holdingAll(held, leasing, () =>
        tryCopy(server, scratch, there, there.length > 0 ? reachOf(copy, there) : null),
      )
      const restored = restoredOf(found, scratch, host, tried)
      write(options.json ? jsonLine({ type: 'restored', ...restored }) : restoredText(restored))
      const problem = staleProblem(restored) ?? lackingProblem(restored)
      if (problem) throw new FettleError(problem)
      return true
    }),
  )
}

interface AppOn {
  readonly app: App
  readonly view: HostView
}

/** Those that are told the cluster and are processes, each on the first host that has it. */
const appsOf = ({ resolved: { view: site } }: OpenRepositories, { hosts }: ClusterSite): readonly AppOn[] => {
  const members = new Set(hosts.map(({ name }) => name))
  const isOf = ({ database, switching }: App) =>
    database !== null && switching === 'restart' && site.hosts(database).some(({ name }) => members.has(name))
  const all = site.hosts('all').flatMap((view) =>
    site
      .apps(view.name)
      .filter(isOf)
      .map((app) => ({ app, view })),
  )
  return [...groupBy(all, ({ app }) => app.name).values()].flatMap(([first]) => first ?? [])
}

const describeApp = ({ app, view }: AppOn): string =>
  `  ${app.name} is started with it on ${view.name}, beside the rest`

interface Deployed extends AppHost {
  readonly release: string
}

const deployed = async (
  apps: readonly AppOn[],
  byName: ReadonlyMap<string, HeldHost>,
  emit: Emit,
): Promise<readonly Deployed[]> => {
  const looked = await Promise.all(
    apps.map(({ app, view }) => lookAtApp({ name: view.name, view, app, held: byName.get(view.name) as HeldHost })),
  )
  return looked.flatMap((each) => {
    const { current: release } = each.state
    if (release !== null) return [{ ...each, release }]
    emit({
      type: 'warning',
      host: each.name,
      message: `nothing of ${each.app.name} is deployed there: it is not tried`,
    })
    return []
  })
}

const reachOf = ({ cluster, host }: CopyOfCluster, apps: readonly Deployed[]): Reach => {
  const member = cluster.hosts.find(({ name }) => name === host) as ClusterSite['hosts'][number]
  const from = [...new Set(apps.map(({ view }) => view.address))]
  return { address: member.address, port, from, tls: member.said.tls }
}

const tryCopy = async (
  server: HeldHost,
  scratch: Scratch,
  apps: readonly Deployed[],
  reach: Reach | null,
): Promise<{ readonly found: Found; readonly tried: readonly Tried[] }> => {
  const { cluster } = scratch.backup
  const found = await startScratch(server, scratch, reach)
  const tried: Tried[] = []
  try {
    if (reach) for (const each of apps) tried.push(await tryOne(each, reach))
  } finally {
    await dropScratch(server, cluster)
  }
  return { found, tried }
}

const tryOne = async (host: Deployed, reach: Reach): Promise<Tried> => {
  try {
    return await tryApp(host, host.release, reach)
  } finally {
    await endTrial(host)
  }
}
