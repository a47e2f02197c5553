import { describe, expect, test } from 'vitest'
import { reveal } from '../../../../engine/core/secret.ts'
import { authorityEntry } from '../../../../engine/secrets/certificates/kept.ts'
import { issuedTo, issuing } from '../../../../engine/secrets/certificates/making.ts'
import { replacedCertificates } from '../../../../engine/secrets/certificates/replace-all.ts'
import { readEntries, withEntries } from '../../../../engine/secrets/entries.ts'
import { authorityOf, isIssued, issue, keptOf, needed, onDay, start } from './support.ts'

const both = [needed(), needed({ names: ['db2'] }, {}, 'db2')]

describe('what is issued', () => {
  test('is signed by one authority, each with a key and a number of its own', async () => {
    const entries = await issue(both)
    expect([...entries.keys()]).toEqual([authorityEntry, 'ca.db1.mysql', 'ca.db2.mysql'])
    const [authority, db1, db2] = [authorityOf(entries), keptOf(entries), keptOf(entries, 'ca.db2.mysql')]
    for (const each of [authority, db1, db2]) expect(isIssued(each, authority)).toBe(true)
    expect(new Set([authority, db1, db2].map(({ key }) => key)).size).toBe(3)
    expect(new Set([authority, db1, db2].map(({ x509 }) => x509.serialNumber)).size).toBe(3)
    expect(authority.x509.subject).toBe('CN=shop lab')
    expect([db1.names, db1.uses]).toEqual([
      ['db1', '10.0.0.1'],
      ['server', 'client'],
    ])
  })

  test('holds from a little before, for as long as is said, in an authority that holds longer', async () => {
    const entries = await issue([needed({}, { days: 90 })])
    const { from, until } = keptOf(entries)
    expect(from).toEqual(new Date('2027-01-01T11:55:00Z'))
    expect(until).toEqual(onDay(90))
    expect(authorityOf(entries).until).toEqual(onDay(3650))
  })

  test('is made once, and the same from then on', async () => {
    const entries = await issue(both)
    expect(await issuing({ authority: 'shop lab', certificates: both, now: onDay(200) })(entries)).toEqual(new Map())
  })

  test('comes back from the file as it went in', async () => {
    const entries = await issue(both)
    expect(withEntries(readEntries('db: hunter22\n'), entries).entries).toEqual(
      new Map([['db', { value: 'hunter22' }], ...entries]),
    )
  })

  test('reaches the host whose it is', async () => {
    const entries = await issue(both)
    const needs = { authority: 'shop lab', certificates: both, now: start }
    const { authority, certificates } = issuedTo('db2', needs, entries)
    const found = certificates.get('mysql')
    expect([...certificates.keys()]).toEqual(['mysql'])
    expect(authority).toBe(authorityOf(entries).certificate)
    expect(found).toMatchObject({ certificate: keptOf(entries, 'ca.db2.mysql').certificate, authority })
    expect(reveal(found?.key ?? '')).toBe(keptOf(entries, 'ca.db2.mysql').key)
    expect(issuedTo('web1', needs, entries)).toEqual({ authority, certificates: new Map() })
  })
})

describe('what is renewed', () => {
  test('is what is due, with the key that it had', async () => {
    const before = await issue([needed(), needed({ names: ['db2'] }, { days: 720 }, 'db2')])
    const entries = await issue([needed(), needed({ names: ['db2'] }, { days: 720 }, 'db2')], onDay(250), before)
    expect(keptOf(entries).key).toBe(keptOf(before).key)
    expect(keptOf(entries).until).toEqual(onDay(250 + 360))
    for (const name of [authorityEntry, 'ca.db2.mysql']) expect(entries.get(name)).toEqual(before.get(name))
  })

  test('the authority, with its key and name: what it has signed stays good', async () => {
    const before = await issue([needed({}, { days: 825 })], onDay(2000))
    const late = await issue([needed()], onDay(2000 + 2434), before)
    expect(authorityOf(late).key).toBe(authorityOf(before).key)
    expect(authorityOf(late).x509.subject).toBe('CN=shop lab')
    expect(authorityOf(late).until).toEqual(onDay(2000 + 2434 + 3650))
    expect(keptOf(before).x509.checkIssued(authorityOf(late).x509)).toBe(true)
  })

  test('by another authority, where the first one was removed', async () => {
    const before = await issue(both)
    const { [authorityEntry]: _, ...others } = Object.fromEntries(before)
    const entries = await issue(both, start, new Map(Object.entries(others)))
    expect(isIssued(keptOf(entries), authorityOf(before))).toBe(false)
    expect(isIssued(keptOf(entries), authorityOf(entries))).toBe(true)
  })
})

test('all of it is replaced, with what it says and other keys', async () => {
  const before = await issue([needed({ uses: ['client'] }, { days: 90 }), needed({ names: ['db2'] }, {}, 'db2')])
  const entries = replacedCertificates(new Map([['db', { value: 'hunter22' }], ...before]), onDay(10))
  expect([...entries.keys()]).toEqual([...before.keys()])
  for (const name of entries.keys()) expect(keptOf(entries, name).key).not.toBe(keptOf(before, name).key)
  expect(isIssued(keptOf(entries), authorityOf(entries))).toBe(true)
  expect(isIssued(keptOf(entries), authorityOf(before))).toBe(false)
  expect(keptOf(entries)).toMatchObject({ names: ['db1', '10.0.0.1'], uses: ['client'], until: onDay(100) })
  expect(authorityOf(entries).x509.subject).toBe('CN=shop lab')
  expect(replacedCertificates(new Map(), start)).toEqual(new Map())
})

test.each([
  ['a plain secret', { value: 'hunter22' }],
  ['something else', { value: 'hunter22', certificate: 'hunter22' }],
])('%s in place of a certificate is told, and not overwritten', async (_, entry) => {
  const before = new Map([...(await issue([])), ['ca.db1.mysql', entry]])
  await expect(issue([needed()], start, before)).rejects.toThrow(
    'ca.db1.mysql is kept, but is no certificate with its key',
  )
})
