import type { Emit, HostPlan } from '../engine/core/event.ts'
import type { Approval } from '../engine/rollout/provision.ts'
import { openJournal } from '../engine/store/journal.ts'
import { askText, askYes } from './ask.ts'
import { exitCodeOf } from './exit-codes.ts'
import { journalFolder } from './folders.ts'
import type { Renderer } from './render/renderer.ts'
import { type ConvergeOptions, openSeenSite, type SeenSite } from './seen-site.ts'
import type { OpenSite } from './site.ts'
import { say } from './write.ts'

export interface ProvisionOptions extends ConvergeOptions {
  readonly yes?: true
  readonly confirm?: string
}

/** Plan, ask, do, look again. */
export const provision = async (options: ProvisionOptions): Promise<void> => {
  const { site, renderer } = await openSeenSite(options)
  try {
    process.exitCode = exitCodeOf((await recorded(site, options, renderer)).map(({ outcome }) => outcome))
  } finally {
    renderer.close()
  }
}

const recorded = async (site: SeenSite, options: ProvisionOptions, { emit: show, showPlan }: Renderer) => {
  const { converge, runName } = await import('./converge.ts')
  const run = runName()
  const journal = openJournal(journalFolder(site.folder), run)
  const emit: Emit = (event) => {
    journal.record(event)
    show(event)
  }
  const approve = async (plans: readonly HostPlan[]): Promise<Approval> => {
    showPlan(plans)
    if (!plans.some(hasWork)) return 'any'
    const answer = await approval(site, options)
    if (answer === 'no') say('Nothing was done.')
    return answer
  }
  try {
    return await converge({ run, site, options, emit, approve })
  } finally {
    await journal.close()
  }
}

const hasWork = ({ changes, reactions }: HostPlan): boolean => changes.length + reactions.length > 0

const approval = async ({ inventory }: OpenSite, { yes, confirm }: ProvisionOptions): Promise<Approval> => {
  const { environment } = inventory
  if (environment === 'production') return productionApproval(environment, confirm)
  if (yes) return 'any'
  return (await askYes(`Do this on ${environment}?`, 'pass --yes to go on without being asked')) ? 'exact' : 'no'
}

const productionApproval = async (environment: string, confirm: string | undefined): Promise<Approval> => {
  if (confirm === environment) return 'any'
  const typed = await askText(
    `This is ${environment}. Type its name to go on:`,
    `pass --confirm ${environment} to go on without being asked`,
  )
  return typed === environment ? 'exact' : 'no'
}
