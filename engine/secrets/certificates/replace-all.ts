import type { Entries, Entry } from '../entries.ts'
import { day } from './due.ts'
import { issued, replacedAuthority } from './issue.ts'
import { authorityEntry, keptIn, readKept } from './kept.ts'

/** The authority and all that it has issued, with other keys; all else that they say stays. */
export const replacedCertificates = (entries: Entries, now: Date): ReadonlyMap<string, Entry> => {
  const before = keptIn(entries, authorityEntry)
  if (!before) return new Map()
  const entry = replacedAuthority(before, now)
  const authority = readKept(authorityEntry, entry)
  const others = [...entries].filter(([name, { certificate }]) => certificate !== undefined && name !== authorityEntry)
  const made = others.map(([name, each]) => {
    const { names, uses, from, until } = readKept(name, each)
    const days = Math.round((until.getTime() - from.getTime()) / day)
    return [name, issued(authority, { names, uses, days }, now)] as const
  })
  return new Map([[authorityEntry, entry], ...made])
}
