import { describe, expect, test } from 'vitest'
import { chosenCopy, type Wanted } from '../../../../engine/rollout/backup/choose.ts'
import { problemsIn } from '../../support/problems.ts'

const copies = ['2026-11-25T03:00:00.000Z', '2026-11-26T03:00:00.000Z', '2026-11-27T03:00:00.000Z'].map(
  (at, index) => ({
    ...{ id: `${index}`.repeat(64), at, host: 'web1', tags: ['files'], paths: ['/etc'] },
  }),
)
const chosen = (wanted: Wanted) => chosenCopy(copies, 'web1', wanted).id[0]

test.each<[string, Wanted, string]>([
  ['nothing is said', {}, '2'],
  ['a time between two', { at: new Date('2026-11-26T12:00Z') }, '1'],
  ['the very time', { at: new Date('2026-11-26T03:00Z') }, '1'],
  ['the beginning of a name', { snapshot: '0000' }, '0'],
])('where %s, one is chosen', (_, wanted, id) => expect(chosen(wanted)).toBe(id))

describe('where there is none', () => {
  test.each<[Wanted, string]>([
    [{ at: new Date('2026-11-25T02:59Z') }, 'there is no copy of web1 as old as 2026-11-25T02:59:00.000Z'],
    [{ snapshot: 'ff' }, 'there is no copy ff of web1'],
  ])('%j', (wanted, message) =>
    expect(problemsIn(() => chosen(wanted))).toMatchObject([
      {
        code: 'backup.refused',
        message,
        detail: 'the first is of 2026-11-25T03:00:00.000Z, the last of 2026-11-27T03:00:00.000Z',
      },
    ]),
  )
})
