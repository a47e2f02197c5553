import { elapsedText } from './duration.ts'
import { counted, type Look, paints } from './look.ts'
import type { Activity, Progress, Tally } from './progress.ts'
import { visibleLine } from './visible.ts'
import { padded, truncated, width } from './width.ts'

const mostHosts = 10
const widestName = 24

/** The lines that change in place: who has been busy longest, how many more, and how far the run is. At most `rows` of them. */
export const liveLines = (progress: Progress, now: number, started: number, rows: number, look: Look): string[] => {
  const active = progress.active()
  if (active.length === 0 || rows < 1) return []
  const room = Math.min(mostHosts, rows - 1)
  const shown = active.length <= room ? active : active.slice(0, Math.max(0, room - 1))
  const others = active.length - shown.length
  const names = Math.min(widestName, Math.max(0, ...active.map(({ host }) => width(visibleLine(host)))))
  const cut = (text: string) => truncated(text, look.columns - 1)
  return [
    ...shown.map((activity) => cut(activityText(activity, now, names))),
    ...(others > 0 && room > 0 ? [cut(`      and ${counted(others, 'more host')}`)] : []),
    paints(look).bold(cut(statusText(progress.tally(), active.length, now - started))),
  ]
}

/** The time stands in the middle, so that lines stay short: what is short survives a window that is made narrower. */
const activityText = ({ host, doing, since }: Activity, now: number, names: number): string => {
  const time = now - since < 1000 ? '' : elapsedText(now - since)
  return `      ${padded(truncated(visibleLine(host), names), names)}  ${time.padStart(5)}  ${visibleLine(doing)}`
}

const statusText = (tally: Tally, active: number, elapsed: number): string => {
  const isApplying = tally.performing > 0 || tally.done > 0
  const parts = [
    isApplying ? `${tally.done} of ${tally.hosts} done` : `${tally.planned} of ${tally.hosts} planned`,
    `${active} at work`,
    ...(tally.changes > 0 ? [counted(tally.changes, 'change')] : []),
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    elapsedText(elapsed),
  ]
  return `  ... ${parts.join(', ')}`
}
