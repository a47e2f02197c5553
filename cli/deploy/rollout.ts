import type { Emit, HostResult } from '../../engine/core/event.ts'
import type { Ending, Rollout } from '../../engine/rollout/deploy/rollout.ts'
import type { Wave } from '../../engine/rollout/deploy/waves.ts'
import { outcomeOf } from '../../engine/rollout/outcome.ts'
import { runName } from '../../engine/store/run-name.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { exitCode, exitCodeOf } from '../exit-codes.ts'
import { journaled } from '../journaled.ts'
import type { HostOptions } from '../options.ts'
import { holderOf, originOf } from '../origin.ts'
import { openRenderer } from '../output.ts'
import { revisionOf } from '../revision.ts'
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
  const run = runName()
  const origin = originOf()
  const by = holderOf(origin)
  const renderer = await openRenderer(options)
  const started = performance.now()
  try {
    const journal = { run, folder: app.folder, revision: revisionOf(app.folder), show: renderer.emit }
    const results = await journaled(journal, async (emit) => {
      const names = app.concerned.map(({ view }) => view.name)
      emit({
        type: 'run.started',
        run,
        by: origin,
        command: by.command,
        site: app.site,
        environment: app.environment,
        hosts: names,
      })
      const tally = tallying(emit)
      const approve = (waves: readonly Wave[]) =>
        agreed(app.environment, options, { shown: wavesText(title, waves), isAnything: waves.length > 0 })
      const ending = await inAppSite(app, options, tally.emit, (site) =>
        work({ site, claim: { owner: run, ...by }, wait: options.wait ?? false, approve, hook: hooksOf(app) }),
      )
      const results = resultsOf(app, ending, tally.turned, performance.now() - started)
      for (const result of results) emit({ type: 'host.done', host: result.host, result })
      emit({ type: 'run.finished', run, results, duration: performance.now() - started })
      return ending === null ? null : results
    })
    process.exitCode = results ? exitCodeOf(results.map(({ outcome }) => outcome)) : (process.exitCode ?? exitCode.done)
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

const resultsOf = (
  { concerned }: AppSite,
  ending: Ending,
  turned: ReadonlySet<string>,
  duration: number,
): readonly HostResult[] =>
  concerned.flatMap(({ view: { name }, app }): HostResult[] => {
    if (!app) return []
    const common = { host: name, changed: turned.has(name) ? app.instances.length : 0, reacted: 0, owed: [], duration }
    const lost = ending?.lost.find(({ host }) => host === name)
    if (lost) return [{ ...common, outcome: outcomeOf(lost.problem), problem: lost.problem }]
    return [{ ...common, outcome: ending === null ? 'pending' : turned.has(name) ? 'changed' : 'unchanged' }]
  })
