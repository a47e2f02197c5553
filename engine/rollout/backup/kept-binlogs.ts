import type { Snapshot } from '../../core/backup.ts'

/** By how a copy of binlogs says when the first of them was begun, in seconds since 1970. */
export const begunTag = 'since-'

const begunOf = ({ tags }: Snapshot): number =>
  1000 * Number(tags.find((tag) => tag.startsWith(begunTag))?.slice(begunTag.length))

/** Those of a server that was made anew begin after the copy, and have nothing of what came after it. */
const reachesBack = (binlogs: Snapshot, copied: Date): boolean => begunOf(binlogs) <= copied.getTime()

/**
 * Pure. Of what is kept of binlogs, oldest first, what has all that came after a copy until a moment, or else most of it;
 * undefined where there is nothing.
 */
export const binlogsSince = (
  binlogs: readonly Snapshot[],
  copied: Date,
  until: Date | 'end' | null,
): Snapshot | undefined => {
  const usable = binlogs.filter((each) => reachesBack(each, copied))
  return usable.find(({ at }) => until instanceof Date && Date.parse(at) > until.getTime()) ?? usable.at(-1)
}

const hour = 3_600_000
const hours: Readonly<Record<string, number>> = { h: 1, d: 24, m: 30.4 * 24, y: 365.25 * 24 }

/** Milliseconds of `30d` or `1y6m`. */
const spanOf = (text: string): number =>
  [...text.matchAll(/(\d+)([ymdh])/g)].reduce(
    (all, [, number = '', unit = '']) => all + Number(number) * (hours[unit] ?? 0) * hour,
    0,
  )

/**
 * Pure. Those, oldest first, that need not be kept: each has what came days before. What is kept for so long is the last one of a
 * day, and the last one before a server was made anew; besides, all of the last hour.
 */
export const needlessBinlogs = (binlogs: readonly Snapshot[], daily: string, now: Date): readonly Snapshot[] =>
  binlogs.filter((each, index) => {
    const age = now.getTime() - Date.parse(each.at)
    const next = binlogs[index + 1]
    const isLast = !next || next.at.slice(0, 10) !== each.at.slice(0, 10) || !reachesBack(next, new Date(each.at))
    return age > (isLast ? spanOf(daily) : hour)
  })
