import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import { type Cluster, lookAt } from '../database/cluster.ts'
import { heardBy } from '../database/heard.ts'
import { rightful } from '../database/judge.ts'
import { resumeUnasked } from '../database/resume.ts'
import { statusOf } from '../database/status.ts'
import { switchover } from '../database/switchover.ts'
import type { Patching, Wave } from './patching.ts'
import type { PatchHost } from './site.ts'

/** Seconds that a replica may take to catch up. */
const patience = 600

/** Milliseconds between two looks. */
const pace = 1000

/**
 * The hosts of a cluster one by one: who follows first, then the writer, who has handed over before. Each of them begins with
 * a cluster in order. Errors: those of patching, `database.*`.
 */
export const patchCluster = async (
  patching: Patching,
  cluster: Cluster,
  pending: readonly PatchHost[],
  wave: Wave,
): Promise<void> => {
  if (pending.length === 0) return
  await settleCluster(patching, cluster)
  const { writer } = rightful(await lookAt(cluster), cluster.primary)
  for (const host of pending.filter(({ name }) => name !== writer)) await wave([host])
  const last = pending.find(({ name }) => name === writer)
  if (!last) return
  if (cluster.hosts.length > 1) await handOver(patching, cluster)
  await wave([last])
}

/** Nothing for a host that is of no cluster. */
export const settleClusterOf = async (patching: Patching, name: string): Promise<void> => {
  const cluster = patching.site.clusters.find(({ hosts }) => hosts.some((host) => host.name === name))
  if (cluster) await settleCluster(patching, cluster)
}

/** A server that has restarted is closed, and follows nobody. Errors: `database.failed` where the cluster is not in order. */
const settleCluster = async ({ claim, wait }: Patching, cluster: Cluster): Promise<void> => {
  const left = await resumeUnasked({ cluster, claim, wait }, [])
  if (left.length > 0) throw notInOrder(cluster, left)
  for (const end = performance.now() + patience * 1000; ; ) {
    const troubles = await troublesOf(cluster)
    if (troubles.length === 0) return
    if (performance.now() >= end) throw notInOrder(cluster, troubles)
    await pause(pace)
  }
}

const troublesOf = async (cluster: Cluster): Promise<readonly string[]> => {
  const [members, heard] = await Promise.all([lookAt(cluster), heardBy(cluster)])
  return statusOf(cluster, members, heard).troubles
}

const handOver = async ({ claim, wait }: Patching, cluster: Cluster): Promise<void> => {
  const left = await switchover({ cluster, claim, wait, approve: async () => true }, undefined)
  if (left && left.length > 0) throw notInOrder(cluster, left)
}

const notInOrder = ({ name }: Cluster, troubles: readonly string[]): FettleError =>
  new FettleError({
    code: 'database.failed',
    message: `the cluster "${name}" is not in order`,
    detail: troubles.join('\n'),
    hint: 'fettle db status says how all of it is, fettle db resume brings it back',
  })
