import { beforeAll, describe, expect, test } from 'vitest'
import { authorityDue, certificateDue, type Due, renewedFrom } from '../../../../engine/secrets/certificates/due.ts'
import type { Kept } from '../../../../engine/secrets/certificates/kept.ts'
import type { Needed } from '../../../../engine/secrets/certificates/making.ts'
import { authorityOf, issue, keptOf, needed, onDay, start } from './support.ts'

let kept: Kept
let authority: Kept
let another: Kept

beforeAll(async () => {
  const entries = await issue([needed()])
  kept = keptOf(entries)
  authority = authorityOf(entries)
  another = authorityOf(await issue([]))
})

describe('a certificate of 360 days is', () => {
  test.each<[string, Needed, number, Due | null]>([
    ['kept at first', needed(), 0, null],
    ['kept while more than a third is left', needed(), 239, null],
    ['renewed when less is left', needed(), 241, 'dates'],
    ['renewed when it has ended', needed(), 400, 'dates'],
    ['renewed when it is not valid yet: a clock was wrong', needed(), -1, 'dates'],
    ['kept until as many days are left as are said', needed({}, { renewBefore: 30 }), 329, null],
    ['renewed then', needed({}, { renewBefore: 30 }), 331, 'dates'],
    ['kept as it is when the next one is to be shorter', needed({}, { days: 90 }), 0, null],
    ['kept when the same names are written otherwise', needed({ names: ['DB1', '10.0.0.1', 'db1'] }), 0, null],
    ['issued anew for one name more', needed({ names: ['db1', '10.0.0.1', 'db'] }), 0, 'names'],
    ['issued anew for one name less', needed({ names: ['db1'] }), 0, 'names'],
    ['issued anew when another name is the first', needed({ names: ['10.0.0.1', 'db1'] }), 0, 'names'],
    ['issued anew for less uses', needed({ uses: ['server'] }), 0, 'uses'],
    ['kept when uses are said the other way round', needed({ uses: ['client', 'server'] }), 0, null],
  ])('%s', (_, asked, days, due) => expect(certificateDue(kept, asked, authority, onDay(days))).toBe(due))

  test('made where there is none', () => expect(certificateDue(undefined, needed(), authority, start)).toBe('missing'))

  test('issued anew by an authority with another key, and where there is no authority', () => {
    expect(certificateDue(kept, needed(), another, start)).toBe('authority')
    expect(certificateDue(kept, needed(), undefined, start)).toBe('authority')
  })
})

describe('the authority of ten years is', () => {
  test.each<[string, number, ReturnType<typeof authorityDue>]>([
    ['kept at first', 0, null],
    ['kept while more than a third is left', 2432, null],
    ['renewed when less is left', 2434, 'dates'],
    ['renewed when it has ended', 4000, 'dates'],
    ['renewed when it is not valid yet', -1, 'dates'],
  ])('%s', (_, days, due) => expect(authorityDue(authority, onDay(days))).toBe(due))

  test('made where there is none', () => expect(authorityDue(undefined, start)).toBe('missing'))
})

test('the day from which one is renewed is the one on which it becomes due', () => {
  for (const renewBefore of [null, 1, 30, 359]) {
    const from = renewedFrom(kept, renewBefore)
    const asked = needed({}, { renewBefore })
    expect(certificateDue(kept, asked, authority, new Date(from.getTime() - 1))).toBe(null)
    expect(certificateDue(kept, asked, authority, from)).toBe('dates')
  }
})
