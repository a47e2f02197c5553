import { describe, expect, test } from 'vitest'
import { readSnapshots, readStatus, readSummary } from '../../../../engine/rollout/backup/restic-json.ts'

describe('a line while a copy is made', () => {
  test('says how far it is', () =>
    expect(readStatus('{"message_type":"status","percent_done":0.5,"total_bytes":200,"bytes_done":100}')).toEqual({
      done: 100,
      all: 200,
    }))

  test('says nothing yet at the beginning', () =>
    expect(readStatus('{"message_type":"status","percent_done":0}')).toEqual({ done: 0, all: 0 }))

  test.each([
    '',
    'scan',
    '{"message_type":"summary"}',
    '{"message_type":"sta',
    '{"message_type":"status","bytes_done":"1"}',
  ])('%j says nothing', (line) => expect(readStatus(line)).toBeNull())
})

describe('the line at the end', () => {
  const line =
    '{"message_type":"summary","files_new":4,"data_added":494316,"total_files_processed":4,"total_bytes_processed":398369,"total_duration":0.3,"snapshot_id":"f6dde24e"}'

  test('says what came of it', () =>
    expect(readSummary(line)).toEqual({ snapshot: 'f6dde24e', files: 4, bytes: 398369, added: 494316 }))

  test('is no other one', () => expect(readSummary('{"message_type":"status"}')).toBeNull())
})

describe('the copies of a host', () => {
  const copy = (id: string, time: string) => ({ id, time, hostname: 'web1', tags: ['files'], paths: ['/etc'] })
  const text = (copies: readonly object[] | null) =>
    `reading repository password from stdin\n${JSON.stringify(copies)}\n`

  test('are told oldest first, in one time zone', () =>
    expect(
      readSnapshots(
        text([copy('b'.repeat(64), '2026-11-27T02:00:00.5+01:00'), copy('a'.repeat(64), '2026-11-27T00:30:00Z')]),
      ).map(({ id, at }) => [id[0], at]),
    ).toEqual([
      ['a', '2026-11-27T00:30:00.000Z'],
      ['b', '2026-11-27T01:00:00.500Z'],
    ]))

  test.each([[[]], [null]])('may be none: %j', (none) => expect(readSnapshots(text(none))).toEqual([]))
})
