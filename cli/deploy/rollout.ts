import type { Emit } from '../../engine/core/event.ts'
import type { Ending, Rollout } from '../../engine/rollout/deploy/rollout.ts'
import type { Wave } from '../../engine/rollout/deploy/waves.ts'
import { outcomeOf } from '../../engine/rollout/outcome.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { asRun, type Came } from '../as-run.ts'
import { exitCode, exitCodeOf } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { type AppSite, inAppSite } from './app-site.ts'
import { hooksOf } from './hooks.ts'
import { wavesText } from './waves-text.ts'

export interface RolloutOptions extends HostOptions, ChangeOptions {
  readonly wait?: true
}

/** Does a rollout of an app: shown, asked for, written down. `title` says what it is to bring. */
export const rollOut = async (
  app: AppSite,
  options: RolloutOptions,
  title: string,
  work: (rollout: Rollout) => Promise<Ending>,
): Promise<void> => {
  const { folder, site, environment } = app
  const about = { folder, site, environment, hosts: app.concerned.map(({ view }) => view.name) }
  const approve = (waves: readonly Wave[]) =>
    agreed(environment, options, { shown: wavesText(title, waves), isAnything: waves.length > 0 })
  const renderer = await openRenderer(options)
  try {
    const came = await asRun(
      about,
      renderer.emit,
      async (emit, claim) => {
        const tally = tallying(emit)
        const ending = await inAppSite(app, options, tally.emit, (site) =>
          work({ site, claim, wait: options.wait ?? false, approve, hook: hooksOf(app) }),
        )
        return { ending, hosts: cameTo(app, ending, tally.turned) }
      },
      ({ hosts }) => hosts,
    )
    process.exitCode = came.ending
      ? exitCodeOf(came.hosts.map(({ outcome }) => outcome))
      : (process.exitCode ?? exitCode.done)
  } finally {
    renderer.close()
  }
}

/** Which hosts had a turn. */
const tallying = (emit: Emit): { readonly emit: Emit; readonly turned: ReadonlySet<string> } => {
  const turned = new Set<string>()
  return {
    turned,
    emit: (event) => {
      if (event.type === 'wave.started') for (const host of event.hosts) turned.add(host)
      emit(event)
    },
  }
}

const cameTo = ({ concerned }: AppSite, ending: Ending, turned: ReadonlySet<string>): readonly Came[] =>
  concerned.flatMap(({ view: { name: host }, app }): Came[] => {
    if (!app) return []
    const changed = turned.has(host) ? app.instances.length : 0
    const problem = ending?.lost.find((each) => each.host === host)?.problem
    if (problem) return [{ host, changed, outcome: outcomeOf(problem), problem }]
    return [{ host, changed, outcome: ending === null ? 'pending' : turned.has(host) ? 'changed' : 'unchanged' }]
  })
