import type { Snapshot } from '../../core/backup.ts'

/**
 * How a copy of binlogs says when the first of them was begun, in seconds since 1970, and by which promotion its server was the
 * writer.
 */
const begunTag = /^since-(\d+)$/
const epochTag = /^epoch-(\d+)$/

const saidBy = ({ tags }: Snapshot, tag: RegExp): number =>
  Number(tags.map((each) => tag.exec(each)?.[1]).find((found) => found !== undefined))

/** What it is of, without what else it says. */
export const kindOf = ({ tags }: Snapshot): string =>
  tags.filter((tag) => !begunTag.test(tag) && !epochTag.test(tag)).join(' ')

/** Those of a server that was made anew begin after the copy, and have nothing of what came after it. */
const reachesBack = (binlogs: Snapshot, copied: Date): boolean => 1000 * saidBy(binlogs, begunTag) <= copied.getTime()

/**
 * Pure. Of what is kept of binlogs, oldest first, what has all that came after a copy until a moment, or else most of it;
 * undefined where there is nothing. Whoever was the writer by an earlier promotion, and did not hear of a later one, is none.
 */
export const binlogsSince = (
  binlogs: readonly Snapshot[],
  copied: Date,
  until: Date | 'end' | null,
): Snapshot | undefined => {
  const later = binlogs.filter((each) => reachesBack(each, copied) && Date.parse(each.at) > copied.getTime())
  const newest = Math.max(...later.map((each) => saidBy(each, epochTag)))
  const usable = later.filter((each) => saidBy(each, epochTag) === newest)
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
