import type { Event, HostResult, PlannedReaction } from '../../engine/core/event.ts'
import type { HostFacts } from '../../engine/core/host.ts'
import { withoutStyle } from './ansi.ts'
import { bytes } from './bytes.ts'
import { durationText } from './duration.ts'
import { counted, type Look, paints } from './look.ts'
import { namesWithin } from './names.ts'
import { isOfRollout, ofRollout } from './rollout-lines.ts'
import type { Said } from './said.ts'
import { symbolOf } from './symbols.ts'
import { visibleLine } from './visible.ts'
import { truncated, width } from './width.ts'

const quiet = '   '

/** What an event adds to the lines that stay, if anything. */
export const saidOf = (event: Event, look: Look): Said | undefined => {
  const paint = paints(look)
  if (isOfRollout(event)) return ofRollout(event, look)
  switch (event.type) {
    case 'run.started':
      return { mark: '', label: paint.dim(`${visibleLine(event.environment)}: ${counted(event.hosts.length, 'host')}`) }
    case 'resource.changed':
      return { mark: symbolOf(event.change.action, look), label: visibleLine(event.change.key), host: event.host }
    case 'reaction.done':
      return reacted(event.reaction, event.host, look)
    case 'step.failed':
      return failed(event.key, event.host, event.problem.message, look)
    case 'warning':
      return warned(event.message, event.host, look)
    case 'backup.made':
      return copied(event, look)
    case 'host.done':
      return ended(event.result, look)
    case 'step.done':
      return stepDone(event, look)
    case 'host.connecting':
      return aside(2, 'connecting', event.host, look)
    case 'host.seen':
      return aside(2, seenText(event.facts), event.host, look)
    case 'host.planned':
      return aside(2, `planned: ${counted(event.plan.changes.length, 'change')}`, event.host, look)
    case 'host.performing':
      return aside(2, `performing ${counted(event.steps, 'step')}`, event.host, look)
    case 'site.revision':
    case 'step.intended':
    case 'step.progress':
    case 'patch.planned':
    case 'run.failed':
    case 'run.finished':
      return undefined
    default:
      return event satisfies never
  }
}

const copied = (
  { host, to, cluster, files, bytes: all, added, duration }: Extract<Event, { type: 'backup.made' }>,
  look: Look,
) => ({
  mark: paints(look).green('  +'),
  label: `${cluster === null ? '' : `database ${visibleLine(cluster)} `}copied to ${visibleLine(to)}: ${counted(files, 'file')}, ${bytes(all)}, ${bytes(added)} of them new`,
  host,
  more: durationText(duration),
})

export const seenText = ({ os, cpus, memory }: HostFacts): string =>
  `${os.name}, ${counted(cpus, 'processor')}, ${bytes(memory)}`

/** What a rollout does to one host is why somebody watches it. */
const stepDone = ({ key, title, duration, host }: Extract<Event, { type: 'step.done' }>, look: Look) =>
  aside(key.startsWith('app:') || key === 'patch' ? 0 : 1, `${title}, ${durationText(duration)}`, host, look)

const reacted = ({ asks, unit }: PlannedReaction, host: string, look: Look): Said => ({
  mark: symbolOf(asks, look),
  label: `${visibleLine(unit)} ${asks}ed`,
  host,
})

const warned = (message: string, host: string | undefined, look: Look): Said => ({
  mark: paints(look).yellow('  ?'),
  label: `${paints(look).yellow('warning:')} ${visibleLine(message)}`,
  ...(host !== undefined && { host }),
})

const failed = (label: string, host: string, message: string, look: Look): Said => ({
  mark: paints(look).red('  x'),
  label: paints(look).red(visibleLine(label)),
  host,
  more: visibleLine(message),
})

/** Only for those who asked to hear more. */
const aside = (verbose: number, words: string, host: string, look: Look): Said | undefined =>
  look.verbose < verbose ? undefined : { mark: quiet, label: paints(look).dim(visibleLine(words)), host }

const ended = ({ host, outcome, problem, duration }: HostResult, look: Look): Said | undefined => {
  const isBad = outcome === 'unreachable' || outcome === 'failed'
  if (isBad) return failed(outcome, host, problem?.message ?? 'no reason was given', look)
  return aside(1, `${outcome === 'unchanged' ? 'in order' : outcome}, ${durationText(duration)}`, host, look)
}

/** The lines for one thing that was said of these hosts. */
export const saidLines = ({ mark, label, more }: Said, hosts: readonly string[], look: Look): string[] => {
  if (mark === '') return [label]
  const room = Number.isFinite(look.columns) ? Math.min(50, Math.floor(look.columns * 0.55)) : 50
  const plain = withoutStyle(label)
  const space = ' '.repeat(Math.max(0, room - width(plain)))
  const left = Number.isFinite(look.columns)
    ? Math.max(20, look.columns - 8 - Math.max(room, width(plain)))
    : Number.POSITIVE_INFINITY
  const names = hosts.length > 0 ? `${space}  ${namesWithin(hosts, left)}` : ''
  const below = more ? [`      ${truncated(more, look.columns - 6)}`] : []
  return [`  ${mark} ${label}${names}`, ...below]
}
