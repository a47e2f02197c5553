import type { Approval } from '../engine/rollout/finish.ts'
import { askText, askYes } from './ask.ts'
import { exitCode } from './exit-codes.ts'
import { say, write } from './write.ts'

export interface ApprovalOptions {
  readonly yes?: true
  readonly confirm?: string
}

/** Whether what was shown may be done. Errors: `usage` where there is nobody to ask, `cancelled`. */
export const approved = async (environment: string, { yes, confirm }: ApprovalOptions): Promise<Approval> => {
  if (environment === 'production') return productionApproval(environment, confirm)
  if (yes) return 'any'
  return (await askYes(`Do this on ${environment}?`, 'pass --yes to go on without being asked')) ? 'exact' : 'no'
}

export interface ChangeOptions extends ApprovalOptions {
  readonly json?: true
  /** Only shows what would be done. */
  readonly plan?: true
}

/** Shows what a change would do, and whether it may be done. Nothing to do is only told apart where it is only shown. */
export const agreed = async (
  environment: string,
  options: ChangeOptions,
  { shown, isAnything }: { readonly shown: string; readonly isAnything: boolean },
): Promise<boolean> => {
  if (!options.json) write(shown)
  if (options.plan) {
    process.exitCode = isAnything ? exitCode.pending : exitCode.done
    return false
  }
  if ((await approved(environment, options)) !== 'no') return true
  say('Nothing was done.')
  return false
}

const productionApproval = async (environment: string, confirm: string | undefined): Promise<Approval> => {
  if (confirm === environment) return 'any'
  const typed = await askText(
    `This is ${environment}. Type its name to go on:`,
    `pass --confirm ${environment} to go on without being asked`,
  )
  return typed === environment ? 'exact' : 'no'
}
