import { X509Certificate } from 'node:crypto'
import { day } from '../../../../engine/secrets/certificates/due.ts'
import { authorityEntry, entryOf, type Kept, readKept } from '../../../../engine/secrets/certificates/kept.ts'
import { issuing, type Needed } from '../../../../engine/secrets/certificates/making.ts'
import type { Entries } from '../../../../engine/secrets/entries.ts'

export const start = new Date('2027-01-01T12:00:00Z')
export const onDay = (days: number): Date => new Date(start.getTime() + days * day)

/** What db1 needs, unless something else is said. */
export const needed = (
  request: Partial<Needed['request']> = {},
  lifetime: Partial<Needed['lifetime']> = {},
  host = 'db1',
): Needed => ({
  host,
  request: { name: 'mysql', names: ['db1', '10.0.0.1'], uses: ['server', 'client'], ...request },
  lifetime: { days: 360, renewBefore: null, ...lifetime },
})

/** The entries with what is made for these needs. */
export const issue = async (certificates: readonly Needed[], now = start, before: Entries = new Map()) =>
  new Map([...before, ...(await issuing({ authority: 'shop lab', certificates, now })(before))])

export const keptOf = (entries: Entries, name = entryOf('db1', 'mysql')): Kept => {
  const entry = entries.get(name)
  if (!entry) throw new Error(`there is no ${name}`)
  return readKept(name, entry)
}

export const authorityOf = (entries: Entries): Kept => keptOf(entries, authorityEntry)

/** Whether one has signed the other. */
export const isIssued = (certificate: Kept, authority: Kept): boolean =>
  new X509Certificate(certificate.certificate).verify(authority.x509.publicKey)
