import type { HostPlan, HostResult } from '../../engine/core/event.ts'
import type { RecordedHost, RunDetails } from '../../engine/store/details.ts'
import type { RunState } from '../run-state.ts'
import { momentText } from './clock-text.ts'
import { durationText } from './duration.ts'
import { seenText } from './lines.ts'
import { counted, type Look, paints } from './look.ts'
import { compressNames } from './names.ts'
import { noticeLines, planSections } from './plan-text.ts'
import { problemText } from './problem-text.ts'
import { resultsText } from './recap-text.ts'
import { plansOf, revisionText, unfinishedSteps } from './run-plans.ts'
import { authorText } from './runs-text.ts'
import { visibleLine } from './visible.ts'

/** One run for people: who and what, what was done and what was not, how hosts came out. */
export const runText = (details: RunDetails, state: RunState, look: Look): string => {
  const parts = [
    headText(details, state, look),
    ...part('Done', plansOf(details, 'done'), look),
    ...part('Planned, and not done', plansOf(details, 'planned'), look),
    ...noticesText(details, look),
    ...asideText(details, look),
    ...(details.run.problems ?? []).map((problem) => problemText(problem, look)),
    ...endText(details, look),
  ]
  return parts.filter((text) => text !== '').join('\n\n')
}

const headText = ({ run, facts }: RunDetails, state: RunState, look: Look): string => {
  const rows: (readonly [string, string])[] = [
    ['run', run.run],
    ['began', momentOf(run.started)],
    ['by', authorText(run)],
    ['command', `fettle ${run.command ?? '?'}`],
    ['site', `${run.site ?? '?'}, ${run.environment ?? '?'}: ${counted(run.hosts?.length ?? 0, 'host')}`],
    ['revision', revisionText(run)],
    ['end', endWords(run, state)],
    ...(look.verbose > 0 ? facts.map((seen) => [seen.host, seenText(seen.facts)] as const) : []),
  ]
  const longest = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(([name, value]) => `${paints(look).dim(visibleLine(name).padEnd(longest))}  ${visibleLine(value)}`)
    .join('\n')
}

const momentOf = (at: Date | null): string => (at ? momentText(at.getTime()) : '?')

export const endWords = (run: RunDetails['run'], state: RunState, textOf = momentOf): string => {
  const { finished, duration, machine } = run
  const at = textOf(finished)
  const words: Readonly<Record<RunState, string>> = {
    ended: `${at}, after ${durationText(duration ?? 0)}`,
    stopped: `${at}, before its hosts were done`,
    running: 'it is running',
    interrupted: 'none: it was killed, or its machine was',
    unknown: `none that is known: it may be running on ${machine ?? 'another machine'}`,
  }
  return words[state]
}

const part = (title: string, plans: readonly HostPlan[], look: Look): string[] => {
  const sections = planSections(plans, look)
  if (sections.length === 0) return []
  return [paints(look).bold(`${title}:`), ...sections.map((lines) => lines.join('\n'))]
}

const noticesText = ({ hosts }: RunDetails, look: Look): string[] => {
  const plans = hosts.map(({ host, notices }) => ({ host, changes: [], reactions: [], notices: notices ?? [] }))
  return [noticeLines(plans, look).join('\n')]
}

/** Warnings, what became of releases, and steps of whose end nothing is known. */
const asideText = (details: RunDetails, look: Look): string[] => {
  const { bold, yellow } = paints(look)
  const at = (host: string | null) => (host === null ? '' : `${host}: `)
  const warnings = details.warnings.map(
    ({ host, message }) => `${yellow('warning:')} ${visibleLine(at(host) + message)}`,
  )
  const releases = details.releases.map(({ host, app, release, happened }) =>
    visibleLine(`  ${host}: ${app} ${release} ${happened}`),
  )
  const begun = unfinishedSteps(details).map(({ host, title, key }) => visibleLine(`  ${host}: ${title} (${key})`))
  const titled = (title: string, lines: readonly string[]) => (lines.length > 0 ? [bold(title), ...lines] : [])
  return [warnings, titled('Releases', releases), titled('Begun, and no end recorded', begun)].map((lines) =>
    lines.join('\n'),
  )
}

type Ended = RecordedHost & Pick<HostResult, 'outcome'>

const isEnded = (host: RecordedHost): host is Ended => host.outcome !== null

const resultOf = ({ host, outcome, changed, reacted, owed, problem, duration }: Ended): HostResult => ({
  ...{ host, outcome, changed: changed ?? 0, reacted: reacted ?? 0, owed: owed ?? [], duration: duration ?? 0 },
  ...(problem && { problem }),
})

const endText = ({ run, hosts, steps }: RunDetails, look: Look): string[] => {
  const results = hosts.filter(isEnded).map(resultOf)
  const failedSteps = new Map(steps.filter(({ came }) => came === 'failed').map((step) => [step.host, step]))
  const ended = new Set(results.map(({ host }) => host))
  const others = (run.hosts ?? []).filter((host) => !ended.has(host))
  return [
    results.length > 0 ? resultsText(results, { duration: run.duration ?? 0, failedSteps }, look) : '',
    others.length > 0 ? `no end recorded: ${visibleLine(compressNames(others))}` : '',
  ]
}
