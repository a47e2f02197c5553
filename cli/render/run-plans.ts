import type { HostPlan } from '../../engine/core/event.ts'
import type { RecordedStep, RunDetails } from '../../engine/store/details.ts'

/** What a run did, or planned and did not, as the plan of each host. */
export const plansOf = ({ resources, reactions }: RunDetails, which: 'done' | 'planned'): HostPlan[] => {
  const isWanted = ({ outcome }: { readonly outcome: string }) => (outcome === 'planned') === (which === 'planned')
  const [wanted, others] = [resources.filter(isWanted), reactions.filter(isWanted)]
  return [...new Set([...wanted, ...others].map(({ host }) => host))].map((host) => ({
    host,
    changes: wanted
      .filter((change) => change.host === host)
      // What an earlier step was to bring has come by now.
      .map(({ key, role, action, differences, steps, provisional }) => ({
        ...{ key, role, action, differences, steps, provisional: which === 'planned' && provisional },
      })),
    reactions: others
      .filter((reaction) => reaction.host === host)
      .map(({ unit, asks, because, owed }) => ({ unit, asks, because, owed })),
    notices: [],
  }))
}

/** Steps that were begun and of whose end nothing is recorded. */
export const unfinishedSteps = ({ steps }: RunDetails): RecordedStep[] => {
  const open: RecordedStep[] = []
  for (const step of steps) {
    if (step.came === 'intended') open.push(step)
    else {
      const index = open.findIndex(
        ({ host, key, title }) => host === step.host && key === step.key && title === step.title,
      )
      if (index !== -1) open.splice(index, 1)
    }
  }
  return open
}

/** `4d01f00a2b3c, and changes that are in no commit` */
export const revisionText = ({ revision, dirty }: RunDetails['run']): string =>
  revision === null
    ? 'not known to git'
    : `${revision.slice(0, 12)}${dirty ? ', and changes that are in no commit' : ''}`
