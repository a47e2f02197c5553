import { randomBytes } from 'node:crypto'
import { lookAt } from '../../engine/converge/look.ts'
import type { Session } from '../../engine/core/ports.ts'
import type { Standing } from '../../engine/rollout/database/watch/news.ts'
import { Observer } from '../../engine/rollout/database/watch/observer.ts'
import { termsOf } from '../../engine/rollout/database/watch/terms.ts'
import { connect } from '../../engine/transport/index.ts'
import { interruption } from '../interruption.ts'
import { jsonLine } from '../json-line.ts'
import type { HostOptions } from '../options.ts'
import { holderOf, originOf } from '../origin.ts'
import { watchText } from '../render/watch-text.ts'
import { storeRequest } from '../store.ts'
import { write } from '../write.ts'
import { type ClusterSite, openClusterSite, waysIn } from './cluster-site.ts'
import { openCouncil } from './council.ts'
import { failOverUnasked } from './unattended.ts'

/** Watches a cluster until SIGTERM or Ctrl-C, a line for each change, and fails over where its description says so. */
export const watch = async (name: string | undefined, options: HostOptions): Promise<void> => {
  const site = await openClusterSite(name, options)
  const way = await waysIn(site, options)
  const request = storeRequest()
  const { who } = holderOf(originOf())
  const cluster = `${site.site}/${site.environment}/${site.name}`
  const observer = { observer: randomBytes(8).toString('hex'), cluster, who }
  const council = await openCouncil(request, observer)
  const tell = options.json ? tellJson(site.name) : tellText(site.name)
  tell(beginning(site, request.url !== undefined))
  await new Observer({
    cluster: site.name,
    primary: site.hosts[0]?.said.primary ?? '',
    hosts: site.hosts,
    council,
    tell,
    connect:
      (host) =>
      (signal): Promise<Session> =>
        connect(way(host, 'watching'), signal),
    failOver: (how, fence) => failOverUnasked(site, (host) => lookAt(way(host, 'hasty'), connect), how, fence),
    signal: interruption(),
  }).run()
  tell({ subject: 'observer', state: 'ended', message: 'ended in good order' })
}

const beginning = ({ hosts }: ClusterSite, isShared: boolean): Standing => {
  const { automatic, after, damping } = termsOf(hosts, '')
  const names = hosts.map(({ name }) => name).join(', ')
  const acts = automatic
    ? `fails over by itself after ${after} s, once in ${damping} s`
    : `only observes, as ${lacking(hosts)} does not say failover: { automatic: true }`
  const alone = 'the only observer, as the store is in the site’s folder: DATABASE_URL names one for several'
  const among = isShared ? 'one of the observers that share DATABASE_URL' : alone
  return { subject: 'observer', state: 'begun', message: `watches ${names}; ${acts}; ${among}` }
}

const lacking = (hosts: ClusterSite['hosts']): string =>
  hosts
    .filter(({ said }) => !said.failover.automatic)
    .map(({ name }) => name)
    .join(', ')

const tellText = (cluster: string) => (standing: Standing) => write(watchText(cluster, standing, Date.now()))

/** Times as ISO 8601. */
const tellJson = (cluster: string) => (standing: Standing) =>
  write(jsonLine({ type: 'watch.told', at: new Date().toISOString(), cluster, ...standing }))
