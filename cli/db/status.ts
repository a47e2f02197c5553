import { lookAt } from '../../engine/rollout/database/cluster.ts'
import { heardBy } from '../../engine/rollout/database/heard.ts'
import { statusOf } from '../../engine/rollout/database/status.ts'
import { exitCode } from '../exit-codes.ts'
import { jsonLine } from '../json-line.ts'
import type { HostOptions } from '../options.ts'
import { clusterText } from '../render/database-text.ts'
import { write } from '../write.ts'
import { inCluster, openClusterSite } from './cluster-site.ts'

/** Who writes, who follows and how far behind, what is wrong, and whether a promotion would be safe now. */
export const status = async (name: string | undefined, options: HostOptions): Promise<void> => {
  const site = await openClusterSite(name, options)
  await inCluster(
    site,
    options,
    () => {},
    async (cluster) => {
      const [members, balancers] = await Promise.all([lookAt(cluster), heardBy(cluster)])
      const found = statusOf(cluster, members, balancers)
      if (options.json) write(jsonLine(found))
      else for (const line of clusterText(found)) write(line)
      process.exitCode = found.troubles.length > 0 ? exitCode.failed : exitCode.done
    },
  )
}
