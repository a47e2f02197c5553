import type { Keys } from './age.ts'
import { changeAgeFile, missingFile, readAgeFile } from './age-file.ts'
import { type Entries, type Entry, withEntries } from './entries.ts'

/** What is to be in an environment's file, and is not there yet or not as it should be, made. */
export type Make = (entries: Entries) => Promise<ReadonlyMap<string, Entry>>

export interface Making {
  /** The environment's file of secrets. */
  readonly file: string
  readonly keys: Keys
  /** Keeps what is made. Without, it is made for this once. */
  readonly keeps: boolean
}

/**
 * The environment's secrets, with what is to be made. Of two at the same time one makes it.
 * Errors: `secret.missing` where there is no file; `secret.locked`, `secret.invalid`.
 */
export const withMade = async (make: Make, { file, keys, keeps }: Making): Promise<Entries> => {
  const before = await readAgeFile(file, keys)
  if (!before) throw missingFile(file)
  const made = await make(before.entries)
  let { entries } = made.size > 0 ? withEntries(before, made) : before
  if (made.size === 0 || !keeps) return entries
  await changeAgeFile(file, keys, async (current) => {
    const changes = await make(current.entries)
    const after = withEntries(current, changes)
    entries = after.entries
    return changes.size > 0 ? after : null
  })
  return entries
}

/** The same when somebody asks, and once. */
export const madeOnce = (make: Make, making: Making): (() => Promise<Entries>) => {
  let entries: Promise<Entries> | undefined
  return () => {
    entries ??= withMade(make, making)
    return entries
  }
}

/** What any of them makes. */
export const together =
  (...makers: readonly Make[]): Make =>
  async (entries) => {
    const made = await Promise.all(makers.map((make) => make(entries)))
    return new Map(made.flatMap((each) => [...each]))
  }
