import { z } from 'zod'
import { secretFrom } from '../../engine/core/secret-setting.ts'

const path = z.string().regex(/^\/[^\0\n]*$/, 'a path from the root on')
const span = z.string().regex(/^(\d+[ymdh])+$/, 'as 7d, 6m or 1y6m')

const Keep = z.strictObject({
  all: span.default('7d').describe('Every copy for so long'),
  daily: span.default('30d').describe('One of each day'),
  weekly: span.default('3m').describe('One of each week'),
  monthly: span.default('1y').describe('One of each month'),
})

export const BackupSettings = z.strictObject({
  to: z.string().describe('Group of backup hosts, which keep the copies. Each has all of them'),
  key: secretFrom('generate length=43 lasting=yes').describe(
    'Opens every repository: have a copy of it elsewhere, `fettle secrets get backup.key`',
  ),
  paths: z.array(path).default([]).describe('Further files and folders to copy, beside what roles say of their state'),
  except: z
    .array(z.string().regex(/^[^\n]+$/, 'one line'))
    .default([])
    .describe('Patterns of what is not copied, as `*.tmp` or `/srv/shop/cache`'),
  binlogs: z
    .int()
    .min(10)
    .max(3600)
    .default(60)
    .describe(
      'Seconds from one copy of what a database wrote down to the next: at most so much is lost with all its servers',
    ),
  folder: path.default('/srv/backup').describe('Where a backup host keeps the repositories'),
  port: z.int().min(1).max(65535).default(8000).describe('Port of a backup host'),
  keep: Keep.prefault({}).describe('For how long, counted back from the newest copy: `30d`, `3m`, `1y`'),
})

export type BackupSettings = z.output<typeof BackupSettings>
