import { failover as failOver } from '../../engine/rollout/database/failover.ts'
import { reseed as copyAnew, rejoin as follow } from '../../engine/rollout/database/rejoin.ts'
import { resume as settle } from '../../engine/rollout/database/resume.ts'
import { switchover as handOver } from '../../engine/rollout/database/switchover.ts'
import { type ClusterOptions, operate } from './operate.ts'

interface Towards extends ClusterOptions {
  readonly to?: string
}

/** Makes another server the writer, in good order. */
export const switchover = (options: Towards): Promise<void> =>
  operate(options, (operation) => handOver(operation, options.to))

/** Makes a replica the writer because the old one is gone. */
export const failover = (options: Towards & { readonly fenced?: true }): Promise<void> =>
  operate({ ...options, pace: 'hasty' }, (operation) =>
    failOver(operation, { ...(options.to !== undefined && { to: options.to }), fenced: options.fenced ?? false }),
  )

/** Lets a server that was away follow the writer again. */
export const rejoin = (host: string, options: ClusterOptions): Promise<void> =>
  operate(options, (operation) => follow(operation, host))

/** Replaces all that a server has by a copy. */
export const reseed = (host: string, options: ClusterOptions): Promise<void> =>
  operate(options, (operation) => copyAnew(operation, host))

/** Brings a cluster to what its newest promotion says. */
export const resume = (options: ClusterOptions): Promise<void> => operate(options, settle)
