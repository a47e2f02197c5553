import type { Retention, Snapshot } from '../../core/backup.ts'
import { FettleError } from '../../core/error.ts'
import type { Session } from '../../core/ports.ts'
import { askKeeper, type Repository } from './keeper.ts'
import { readSnapshots } from './restic-json.ts'

/** The copies of a host, oldest first. Errors: `backup.failed`. */
export const listCopies = async (session: Session, repository: Repository): Promise<readonly Snapshot[]> =>
  readSnapshots(await askKeeper(session, repository, ['snapshots', '--json', '--no-lock']))

export interface Verification {
  /** Percent of what was copied that is read and compared; all else only by what the repository says of it. */
  readonly data: number
  /** Hours that the newest copy may be old. */
  readonly within: number
}

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
  const newest = (await listCopies(session, repository)).at(-1)
  const hours = newest ? (now.getTime() - Date.parse(newest.at)) / 3_600_000 : Number.POSITIVE_INFINITY
  if (!newest || hours > within)
    throw new FettleError({
      code: 'backup.failed',
      host: backup.to,
      message: newest
        ? `the newest copy of ${owner} on ${backup.to} is ${Math.floor(hours)} hours old`
        : `${backup.to} has no copy of ${owner}`,
      hint: 'fettle backup run makes one',
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
  const early = before.filter(({ at }) => Date.parse(at) > now.getTime() + ahead * 60_000)
  if (early.length > 0)
    throw new FettleError({
      code: 'backup.refused',
      host: backup.to,
      message: `copies of ${owner} on ${backup.to} are from the future: nothing is removed`,
      detail: early.map(({ id, at }) => `${id} of ${at}`).join('\n'),
      hint: 'how long copies are kept is counted back from the newest one: look at the clock of the host, and at who was there',
    })
  await askKeeper(session, repository, ['unlock'])
  await askKeeper(session, repository, ['forget', '--prune', '--group-by', 'tags', ...termsOf(backup.keep)])
  const left = (await listCopies(session, repository)).length
  return { removed: before.length - left, left }
}

const termsOf = ({ all, daily, weekly, monthly }: Retention): readonly string[] => [
  ...['--keep-within', all, '--keep-within-daily', daily],
  ...['--keep-within-weekly', weekly, '--keep-within-monthly', monthly],
]
