import type { Snapshot } from '../../core/backup.ts'
import { FettleError } from '../../core/error.ts'

/** Which copy is wanted. Default: the newest. */
export interface Wanted {
  /** The newest one that is not younger. */
  readonly at?: Date
  /** That very one. */
  readonly snapshot?: string
}

/** Errors: `backup.refused`, with what there is. */
export const chosenCopy = (copies: readonly Snapshot[], owner: string, { at, snapshot }: Wanted): Snapshot => {
  const chosen = copies.findLast(
    (copy) => (snapshot === undefined || copy.id.startsWith(snapshot)) && (!at || Date.parse(copy.at) <= at.getTime()),
  )
  if (chosen) return chosen
  const [first, last] = [copies[0], copies.at(-1)]
  throw new FettleError({
    code: 'backup.refused',
    message:
      snapshot === undefined
        ? `there is no copy of ${owner} as old as ${at?.toISOString() ?? 'that'}`
        : `there is no copy ${snapshot} of ${owner}`,
    ...(first && last && { detail: `the first is of ${first.at}, the last of ${last.at}` }),
    hint: 'fettle backup list shows them all',
  })
}
