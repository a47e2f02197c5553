import { type DriftEvent, outcomeOfLook } from '../engine/rollout/drift.ts'
import { Lookout } from '../engine/rollout/look.ts'
import { type Round, watch } from '../engine/rollout/watch.ts'
import { runName } from '../engine/store/run-name.ts'
import { exitCode, exitCodeOf } from './exit-codes.ts'
import { interruption } from './interruption.ts'
import { jsonLine } from './json-line.ts'
import { masked } from './masking.ts'
import { lookOf } from './output.ts'
import { goneText, newsText } from './render/drift-news.ts'
import { lookText } from './render/drift-text.ts'
import type { Look } from './render/look.ts'
import { type ConvergeOptions, openSeenSite } from './seen-site.ts'
import { say, write } from './write.ts'

export interface DriftOptions extends ConvergeOptions {
  readonly watch?: true
  /** Milliseconds. */
  readonly every: number
}

/** Says what is not as described, once or again and again, and does nothing. Ends with the exit status of the last look. */
export const drift = async (options: DriftOptions): Promise<void> => {
  const { site, renderer } = await openSeenSite(options, { keeps: false })
  renderer.rest()
  const { requests } = await import('./converge.ts')
  const lookouts = requests({ run: runName(), site, options }).map(
    (request) => new Lookout(request, () => site.ahead.lookAnew(request.host.name)),
  )
  for (const message of site.resolved.warnings) say(`warning: ${message}`)
  const tell = options.json ? tellJson : tellText
  const looks = await watch({
    lookouts,
    forks: options.forks,
    every: options.watch ? options.every : null,
    signal: interruption(),
    tell: (round) => tell(masked(round), lookOf(process.stdout, options.verbose)),
  })
  process.exitCode =
    looks.length > 0 || lookouts.length === 0 ? exitCodeOf(looks.map(outcomeOfLook)) : exitCode.interrupted
}

/** Times as ISO 8601. */
const tellJson = ({ looks, news }: Round): void => {
  for (const event of news) write(jsonLine(asJson(event)))
  for (const look of looks) {
    const { host, at, duration } = look
    const came = 'drifts' in look ? { drifts: look.drifts.length, notices: look.notices } : { problem: look.problem }
    write(jsonLine({ type: 'host.looked', host, at: iso(at), duration: Math.round(duration), ...came }))
  }
}

const asJson = (event: DriftEvent): object => {
  const at = iso(event.at)
  if (!('drift' in event)) return { ...event, at }
  const { changedAt: _, ...drift } = event.drift
  if (!('since' in event)) return { ...event, at, drift }
  return { ...event, at, drift, since: event.since && { at: iso(event.since.at), by: event.since.by } }
}

const iso = (at: number): string => new Date(at).toISOString()

/** The first time all there is; later what is new, if anything. */
const tellText = ({ number, looks, news }: Round, look: Look): void => {
  if (number > 1) {
    const text = newsText(news, look)
    if (text) write(`\n${text}`)
    return
  }
  const gone = goneText(
    news.flatMap((event) => (event.type === 'host.gone' ? [event] : [])),
    look,
  )
  const found = news.flatMap((event) => (event.type === 'drift.found' ? [event] : []))
  write([gone, lookText(looks, found, look)].filter((part) => part !== '').join('\n\n'))
}
