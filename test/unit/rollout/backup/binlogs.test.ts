import { expect, test } from 'vitest'
import { neededBinlogs } from '../../../../engine/rollout/backup/binlogs.ts'

const node = (path: string, mtime: string, type = 'file') =>
  JSON.stringify({ name: path.split('/').at(-1), type, path, mtime, struct_type: 'node' })

test('of binlogs, those are needed that were written to since the copy, by any clock, and the note of their end', () => {
  const listed = [
    JSON.stringify({ time: '2026-11-27T04:00:00Z', struct_type: 'snapshot' }),
    node('/var/lib/mysql', '2026-11-27T04:00:00Z', 'dir'),
    node('/var/lib/mysql/binlog.000007', '2026-11-26T23:00:00Z'),
    node('/var/lib/mysql/binlog.000008', '2026-11-27T03:41:00.5+01:00'),
    node('/var/lib/mysql/binlog.000009', '2026-11-27T02:55:00.25Z'),
    node('/var/lib/mysql/binlog.000010', '2026-11-27T04:00:00.123456789+00:00'),
    node('/run/fettle-backup-binlogs/vault1/end', '2026-11-27T04:00:01Z'),
    '',
  ].join('\n')
  expect(neededBinlogs(listed, new Date('2026-11-27T03:00:00Z'))).toEqual([
    '/var/lib/mysql/binlog.000009',
    '/var/lib/mysql/binlog.000010',
    '/run/fettle-backup-binlogs/vault1/end',
  ])
})
