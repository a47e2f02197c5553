import type { Listen } from '../../engine/core/listen.ts'
import type { Attachments, Declaration } from '../../engine/core/resource.ts'
import type { Topology } from '../../engine/core/role.ts'
import { joined } from '../../engine/core/secret.ts'
import { file } from '../../engine/resources/file.ts'
import { metricsListens } from '../metrics.ts'
import { networksOf } from './networks-of.ts'
import type { HaproxySettings } from './settings.ts'

type Context = Topology<HaproxySettings>

const passwordFile = '/etc/haproxy/stats-password'
const does = 'reads statistics of balancers'

/** What the configuration says of those who come from elsewhere; the password is in a file of its own, which only root reads. */
export const statisticsOf = (context: Context) => {
  const { stats, metrics } = context.settings
  return {
    stats: stats && {
      ...{ port: stats.port, user: stats.user, password_file: passwordFile },
      networks: networksOf(context, stats.from, does),
    },
    metrics: metrics && { port: metrics.port, networks: networksOf(context, metrics.from, does) },
  }
}

export const passwordFiles = (
  { settings: { stats } }: Pick<Context, 'settings'>,
  inForce: Attachments,
): readonly Declaration[] =>
  stats ? [file.present({ path: passwordFile, content: joined`${stats.password}\n`, ...inForce })] : []

export const statisticsListens = ({ settings: { stats, metrics } }: Pick<Context, 'settings'>): readonly Listen[] => [
  ...(stats ? [{ port: stats.port, protocol: 'tcp' as const, from: stats.from, why: 'statistics' }] : []),
  ...metricsListens(metrics),
]
