import type { ConvergeRequest } from '../engine/converge/converge.ts'
import { type HostPlan, hasWork } from '../engine/core/event.ts'
import type { Approval } from '../engine/rollout/finish.ts'
import { runName } from '../engine/store/run-name.ts'
import { approved } from './approval.ts'
import { exitCodeOf } from './exit-codes.ts'
import { journaled } from './journaled.ts'
import type { Renderer } from './render/renderer.ts'
import { revisionOf } from './revision.ts'
import { type ConvergeOptions, openSeenSite, type SeenSite } from './seen-site.ts'
import { say } from './write.ts'

export interface ProvisionOptions extends ConvergeOptions {
  readonly yes?: true
  readonly confirm?: string
}

type Instead = NonNullable<ConvergeRequest['instead']>

/** Plan, ask, do, look again. `instead` plans something else than what is described. */
export const provision = async (options: ProvisionOptions, instead?: Instead): Promise<void> => {
  const { site, renderer } = await openSeenSite(options, { keeps: true })
  try {
    const results = await recorded({ site, options, renderer, instead })
    process.exitCode = exitCodeOf(results.map(({ outcome }) => outcome))
  } finally {
    renderer.close()
  }
}

interface Recorded {
  readonly site: SeenSite
  readonly options: ProvisionOptions
  readonly renderer: Renderer
  readonly instead: Instead | undefined
}

const recorded = async ({ site, options, renderer, instead }: Recorded) => {
  // Hosts are being connected to meanwhile.
  const revision = revisionOf(site.folder)
  const { converge } = await import('./converge.ts')
  const run = runName()
  const approve = async (plans: readonly HostPlan[]): Promise<Approval> => {
    renderer.showPlan(plans)
    if (!plans.some(hasWork)) return 'any'
    const answer = await approved(site.inventory.environment, options)
    if (answer === 'no') say('Nothing was done.')
    return answer
  }
  return journaled({ run, folder: site.folder, revision, show: renderer.emit }, (emit) =>
    converge({ run, site, options, emit, approve, ...(instead && { instead }) }),
  )
}
