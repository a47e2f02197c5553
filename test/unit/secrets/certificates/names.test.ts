import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificateDue } from '../../../../engine/secrets/certificates/due.ts'
import { issued } from '../../../../engine/secrets/certificates/issue.ts'
import { readKept } from '../../../../engine/secrets/certificates/kept.ts'
import { plainName, plainNames } from '../../../../engine/secrets/certificates/names.ts'
import { authorityOf, issue, needed, start } from './support.ts'

test.each([
  ['DB1.Example.org', 'db1.example.org'],
  ['10.0.0.1', '10.0.0.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['*.example.org', '*.example.org'],
])('%s is plainly %s', (name, plain) => expect(plainName(name)).toBe(plain))

const label = fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/)
const dnsName = fc
  .array(label, { minLength: 1, maxLength: 4 })
  .map((labels) => `${labels.join('.')}x`)
  .filter((name) => name.length <= 253)
const anyName = fc.oneof(dnsName, fc.ipV4(), fc.ipV6())

test('any names come back from a certificate as they went in', async () => {
  const authority = authorityOf(await issue([]))
  fc.assert(
    fc.property(fc.array(anyName, { minLength: 1, maxLength: 5 }), (names) => {
      const asked = needed({ names })
      const kept = readKept('ca.db1.mysql', issued(authority, { ...asked.request, days: 360 }, start))
      expect(kept.names).toEqual(plainNames(names))
      expect(certificateDue(kept, asked, authority, start)).toBe(null)
    }),
    { numRuns: 50 },
  )
})
