import { databaseState } from '../../core/database.ts'
import { type ClusterHost, heldOf } from './cluster.ts'
import type { Ordered } from './orders.ts'

/**
 * Replaces all that one server has by a copy of what another one has, which goes on serving meanwhile. Its end is noted on
 * the host by what made it, so that nobody has to see it. `size` is the bytes that it takes, about.
 */
export type Copy = (server: Ordered, donor: Ordered, size: number) => Promise<void>

const fileOf = (cluster: string): string => `${databaseState(cluster)}/copy`

/** Shell that notes how far a copy has come, whatever happens to the host next. */
export const noteCopy = (cluster: string, far: 'begun' | 'taken'): string => {
  const file = fileOf(cluster)
  return `mkdir -p ${databaseState(cluster)} && echo ${far} >${file}~ && sync ${file}~ && mv -f ${file}~ ${file} && sync ${databaseState(cluster)}`
}

/** From here on the host is none that follows, until it has a whole copy. */
export const beginCopy = (host: ClusterHost): Promise<void> =>
  heldOf(host).step('note that a copy comes', noteCopy(host.said.cluster, 'begun'))

export const forgetCopy = (host: ClusterHost): Promise<void> =>
  heldOf(host).step('note that the copy is in use', `rm -f ${fileOf(host.said.cluster)}`)
