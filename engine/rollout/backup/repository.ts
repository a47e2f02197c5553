import { binlogTimer, type CopyKind, type Retention, type Snapshot } from '../../core/backup.ts'
import { FettleError } from '../../core/error.ts'
import type { Session } from '../../core/ports.ts'
import { askKeeper, type Repository } from './keeper.ts'
import { needlessBinlogs } from './kept-binlogs.ts'
import { readSnapshots } from './restic-json.ts'

/** What a repository has, oldest first. */
export interface Contents {
  /** Of a cluster: as a folder that a server starts with. */
  readonly copies: readonly Snapshot[]
  /** Of a cluster: what its writer wrote down since, each time with some days before. */
  readonly binlogs: readonly Snapshot[]
  /** Of a cluster: as statements. */
  readonly sql: readonly Snapshot[]
}

/** Errors: `backup.failed`. */
export const listCopies = async (session: Session, repository: Repository): Promise<Contents> => {
  const all = readSnapshots(await askKeeper(session, repository, ['snapshots', '--json', '--no-lock']))
  const of = (...kinds: readonly CopyKind[]) => all.filter(({ tags }) => kinds.some((kind) => tags.includes(kind)))
  return { copies: of('files', 'databases'), binlogs: of('binlogs'), sql: of('sql') }
}

export interface Verification {
  /** Percent of what was copied that is read and compared; all else only by what the repository says of it. */
  readonly data: number
  /** Hours that the newest copy may be old. */
  readonly within: number
}

/** Minutes for which binlogs may fail to come: while old copies are removed none are taken. */
const lateBinlogs = 15

/**
 * Whether the repository is whole, and the newest copy new enough; resolves with that one. Errors: `backup.failed`.
 */
export const verifyCopies = async (
  session: Session,
  repository: Repository,
  { data, within }: Verification,
  now: Date,
): Promise<Snapshot> => {
  const { owner, backup } = repository
  const { copies, binlogs } = await listCopies(session, repository)
  const newest = copies.at(-1)
  const age = (copy: Snapshot | undefined): number =>
    copy ? now.getTime() - Date.parse(copy.at) : Number.POSITIVE_INFINITY
  const hours = age(newest) / 3_600_000
  if (!newest || hours > within)
    throw new FettleError({
      code: 'backup.failed',
      host: backup.to,
      message: newest
        ? `the newest copy of ${owner} on ${backup.to} is ${Math.floor(hours)} hours old`
        : `${backup.to} has no copy of ${owner}`,
      hint: 'fettle backup run makes one',
    })
  const minutes = age(binlogs.at(-1)) / 60_000
  if (backup.cluster !== null && minutes > lateBinlogs + backup.binlogs / 60)
    throw new FettleError({
      code: 'backup.failed',
      host: backup.to,
      message:
        binlogs.length > 0
          ? `the newest binlogs of ${owner} on ${backup.to} are ${Math.floor(minutes)} minutes old`
          : `${backup.to} has no binlogs of ${owner}`,
      hint: `they come from the writer: systemctl list-timers '${binlogTimer('*')}' there`,
    })
  await askKeeper(session, repository, ['check', ...(data > 0 ? [`--read-data-subset=${data}%`] : [])])
  return newest
}

/** Minutes by which clocks may differ. */
const ahead = 5

/**
 * Removes what need not be kept any longer; resolves with how many copies are left. What is kept is counted back from the
 * newest copy: one from the future would let all others go. Errors: `backup.refused`, `backup.failed`.
 */
export const pruneCopies = async (
  session: Session,
  repository: Repository,
  now: Date,
): Promise<{ readonly removed: number; readonly left: number }> => {
  const { owner, backup } = repository
  const before = await listCopies(session, repository)
  const early = [...before.copies, ...before.sql, ...before.binlogs].filter(
    ({ at }) => Date.parse(at) > now.getTime() + ahead * 60_000,
  )
  if (early.length > 0)
    throw new FettleError({
      code: 'backup.refused',
      host: backup.to,
      message: `copies of ${owner} on ${backup.to} are from the future: nothing is removed`,
      detail: early.map(({ id, at }) => `${id} of ${at}`).join('\n'),
      hint: 'how long copies are kept is counted back from the newest one: look at the clock of the host, and at who was there',
    })
  await askKeeper(session, repository, ['unlock'])
  const forget = (argv: readonly string[]) => askKeeper(session, repository, ['forget', ...argv])
  const needless = needlessBinlogs(before.binlogs, backup.keep.daily, now)
  if (needless.length > 0) await forget(needless.map(({ id }) => id))
  const kinds: readonly CopyKind[] = ['files', 'databases', 'sql']
  await forget(['--group-by', 'tags', ...kinds.flatMap((kind) => ['--tag', kind]), ...termsOf(backup.keep)])
  const left = countOf(await listCopies(session, repository))
  const removed = countOf(before) - left
  if (removed + needless.length > 0) await askKeeper(session, repository, ['prune'])
  return { removed, left }
}

const countOf = ({ copies, sql }: Contents): number => copies.length + sql.length

const termsOf = ({ all, daily, weekly, monthly }: Retention): readonly string[] => [
  ...['--keep-within', all, '--keep-within-daily', daily],
  ...['--keep-within-weekly', weekly, '--keep-within-monthly', monthly],
]
