import {
  abort as abortRollout,
  resume as resumeRollout,
  rollback as rollBackTo,
} from '../../engine/rollout/deploy/go-on.ts'
import { openAppSite } from './app-site.ts'
import { type RolloutOptions, rollOut } from './rollout.ts'

/** Brings all hosts of an app back to an earlier release. */
export const rollback = async (name: string | undefined, options: RolloutOptions & { to?: string }): Promise<void> => {
  const app = await openAppSite(name, options)
  await rollOut(app, options, `${app.name} back to ${options.to ?? 'the release before'}`, (rollout) =>
    rollBackTo(rollout, options.to),
  )
}

/** Goes on with a rollout that has not ended. */
export const resume = async (name: string | undefined, options: RolloutOptions): Promise<void> => {
  const app = await openAppSite(name, options)
  await rollOut(app, options, `${app.name}: going on`, resumeRollout)
}

/** Takes a rollout that has not ended back. */
export const abort = async (name: string | undefined, options: RolloutOptions): Promise<void> => {
  const app = await openAppSite(name, options)
  await rollOut(app, options, `${app.name}: taking it back`, abortRollout)
}
