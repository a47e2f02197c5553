import { expect, test } from 'vitest'
import { lackingProblem, restoredOf, restoredText, staleProblem } from '../../../cli/backup/restored-text.ts'
import type { Backup } from '../../../engine/core/backup.ts'
import type { Scratch } from '../../../engine/rollout/backup/scratch.ts'

const snapshot = (at: string) => ({ id: 'ab', at, host: 'db2', tags: [], paths: [] })
const scratch = (until: Scratch['until']): Scratch => ({
  backup: { to: 'vault1', cluster: 'main' } as Backup & { readonly cluster: string },
  snapshot: snapshot('2026-11-27T03:00:00.000Z'),
  binlogs: snapshot('2026-11-27T14:00:00.000Z'),
  until,
})
const restored = (heartbeat: string | null, until: Scratch['until'] = null, lacks: readonly string[] = []) => {
  const found = { databases: [{ name: 'shop', tables: 1 }], lacks, duration: 4200 }
  return restoredOf({ ...found, heartbeat: heartbeat === null ? null : new Date(heartbeat) }, scratch(until), 'db2')
}

test.each<[string, Scratch['until'], string, number]>([
  ['of the copy', null, '2026-11-27T02:59:59Z', 1000],
  ['that was asked for', new Date('2026-11-27T12:00Z'), '2026-11-27T11:59:58Z', 2000],
  ['of the binlogs', 'end', '2026-11-27T13:59:57Z', 3000],
  ['of a clock that is ahead', null, '2026-11-27T03:00:09Z', 0],
])('what would be lost is counted back from the moment %s', (_, until, heartbeat, rpo) =>
  expect(restored(heartbeat, until).rpo).toBe(rpo),
)

test('is told in two lines', () =>
  expect(restoredText(restored('2026-11-27T02:59:59Z'))).toBe(
    'main on db2: shop (1 table), every table is sound\nRTO 4.2 s; RPO 1.0 s: its last heartbeat is of 2026-11-27T02:59:59.000Z',
  ))

test.each<[string | null, string | null]>([
  ['2026-11-27T02:59:59Z', null],
  ['2026-11-27T02:55:00Z', null],
  ['2026-11-27T02:50:00Z', 'the copy of main has nothing of the last 10 min 00 s before it was made'],
  [null, 'the copy of main has nothing of any time that is known'],
])('a copy with a last heartbeat of %s: %s', (heartbeat, message) =>
  expect(staleProblem(restored(heartbeat))?.message ?? null).toBe(message),
)

test('a copy that has not all that its server had fails a drill, and a restore tells it', () => {
  const lacking = restored('2026-11-27T02:59:59Z', null, ['shop has 1 of 2 tables'])
  expect(lackingProblem(lacking)).toMatchObject({
    code: 'backup.failed',
    host: 'db2',
    detail: 'shop has 1 of 2 tables',
  })
  expect(restoredText(lacking)).toContain('\nwhen it was copied its server had more: shop has 1 of 2 tables\n')
  expect(lackingProblem(restored('2026-11-27T02:59:59Z'))).toBeNull()
})
